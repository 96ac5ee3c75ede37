package io.millrace.core.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.millrace.FrameKind;
import io.millrace.Stage;
import io.millrace.Verdict;
import io.millrace.wire.Packets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SwapMacsStageTest {
    private static final int MAC = 12;

    private final Stage stage = BuiltInStages.find("reflect").factory().apply(ConfigFactory.parseString("swap = macs"));
    private final TestFrame frame = new TestFrame();

    @ParameterizedTest
    @ValueSource(
            strings = {
                Packets.UDP_IPV4,
                Packets.UDP_IPV4_IN_VLANS,
                Packets.TCP_IPV4_OPTIONS,
                Packets.UDP_IPV6,
                Packets.FIRST_FRAGMENT_IPV6,
                Packets.ARP
            })
    void shouldSwapTheMacAddressesAlone(String hex) throws Exception {
        stage.onFrame(frame.load(Packets.bytes(hex)));
        assertEquals(
                hex.substring(MAC, 2 * MAC) + hex.substring(0, MAC) + hex.substring(2 * MAC),
                HexFormat.of().formatHex(frame.bytes()));
        assertEquals(Verdict.NONE, frame.verdict());
        assertTrue(frame.isUntouchedAround());
    }

    @Test
    void shouldDropUnchangedWhatHasNoWholeEthernetHeader() throws Exception {
        byte[] whole = Packets.bytes(Packets.UDP_IPV4);
        for (int length = 0; length < MacAddresses.ETHERNET_HEADER_LENGTH; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            stage.onFrame(frame.load(cut));
            assertTrue(Verdict.isDrop(frame.verdict()), "cut to " + length);
            assertArrayEquals(cut, frame.bytes());
        }
        stage.onFrame(frame.load(Arrays.copyOf(whole, MacAddresses.ETHERNET_HEADER_LENGTH)));
        assertEquals(Verdict.NONE, frame.verdict());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeTheOptionForWhatItSays(boolean all) throws Exception {
        Stage either = BuiltInStages.find("reflect")
                .factory()
                .apply(ConfigFactory.parseString("swap = " + (all ? "all" : "macs")));
        either.onFrame(frame.load(Packets.bytes(Packets.UDP_IPV4)));
        boolean isIpSwapped = HexFormat.of().formatHex(frame.bytes()).contains("0a0000020a000001");
        assertEquals(FrameKind.ETHERNET, frame.kind());
        assertEquals(all, isIpSwapped);
    }
}
