package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.core.config.EngineConfig;
import io.millrace.spi.PortSettings;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UmemSharingTest {
    private static final String OWNER = "type = af-xdp, interface = eth1, frame-size = 4096, huge-pages = off";
    private static final String LEAST = """
        millrace {
          ports { ingress { type = af-xdp, interface = eth1 } }
          pipeline = [{ stage = drop }]
        }
        """;
    private static final String GUEST = "type = af-xdp, interface = eth2, umem = a";

    private static EngineConfig read(String a, String b) {
        return EngineConfig.parse("millrace {\n ports {\n a { " + a + " }\n b { " + b + " }\n"
                + " s { type = udp, bind = \"*:9\" }\n }\npipeline = [{ stage = drop }]\n}");
    }

    @Test
    void shouldHaveTheFramesOfTheUmemThatItNames() {
        PortSettings guest = read(OWNER + ", frames = 16384", GUEST).ports().get(1);
        assertEquals(Optional.of("a"), guest.get(AfXdpKeys.UMEM));
        assertEquals(16384, guest.get(AfXdpKeys.FRAMES));
        assertEquals(4096, guest.get(AfXdpKeys.FRAME_SIZE));
        PortSettings first = read(GUEST.replace("umem = a", "umem = b"), OWNER + ", frames = 16384")
                .ports()
                .get(0);
        assertEquals(Optional.of("b"), first.get(AfXdpKeys.UMEM));
        assertEquals(16384, first.get(AfXdpKeys.FRAMES), "in any order");
    }

    @Test
    void shouldHaveAUmemOfItsOwn() {
        assertEquals(
                Optional.empty(),
                read(OWNER, "type = af-xdp, interface = eth2, umem = own")
                        .ports()
                        .get(1)
                        .get(AfXdpKeys.UMEM));
    }

    @Test
    void shouldRenderWhatReadsAsTheSame() {
        EngineConfig config = read(OWNER, GUEST);
        assertEquals(config, EngineConfig.parse(config.render()));
    }

    @Test
    void shouldLeaveRoomInFrontOfFramesIfAnyPortOverTheUmemWritesThere() {
        for (String[] ports : new String[][] {
            {OWNER, GUEST + ", tx-metadata = [timestamp]"}, {OWNER + ", tx-metadata = [checksum]", GUEST}
        }) {
            EngineConfig config = read(ports[0], ports[1]);
            for (PortSettings port : config.ports().subList(0, 2)) {
                assertTrue(port.get(AfXdpKeys.METADATA_ROOM), port::toString);
            }
            assertEquals(
                    1,
                    config.ports().subList(0, 2).stream()
                            .filter(port -> !port.get(AfXdpKeys.TX_METADATA).isEmpty())
                            .count());
            assertEquals(config, EngineConfig.parse(config.render()));
        }
        assertFalse(read(OWNER, GUEST).ports().get(0).get(AfXdpKeys.METADATA_ROOM));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "umem = c | ports.b.umem is c, which is none of the ports; name one of type af-xdp",
                "umem = s | ports.b.umem is s, a port of type udp, which has no UMEM for AF_XDP; name one of"
                        + " type af-xdp",
                "umem = b | ports.b.umem is b, the port itself; write own",
                "umem = a, frames = 4096 | ports.b.frames is for a UMEM of the port's own, but umem is a; set it at"
                        + " that port",
                "umem = a, huge-pages = on | ports.b.huge-pages is for a UMEM of the port's own, but umem is a; set"
                        + " it at that "
                        + "port",
                "umem = [a] | ports.b.umem is a list; write the name of a port, or own",
            })
    void shouldRefuse(String guest, String problem) {
        assertEquals(
                "config:4: " + problem,
                assertThrows(ConfigException.class, () -> read(OWNER, "type = af-xdp, interface = eth2, " + guest))
                        .getMessage());
    }

    @Test
    void shouldRefuseAUmemThatIsItselfAnothers() {
        assertEquals(
                "config:3: ports.a.umem is b, which lives in the UMEM of a itself; name that one",
                assertThrows(ConfigException.class, () -> read("type = af-xdp, interface = eth1, umem = b", GUEST))
                        .getMessage()
                        .lines()
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void shouldRefuseFewerFramesThanTheFillRingsOfAllHold() {
        assertEquals(
                "config:3: ports.a.frames is 8192, too few for the fill rings of all ports that share its UMEM,"
                        + " which hold 12288; set frames to 12288 or more, or rings.fill to less",
                assertThrows(ConfigException.class, () -> read(OWNER, GUEST + ", queues = [0, 1]"))
                        .getMessage());
    }

    @Test
    void shouldCheckTheFramesOfAllQueuesWhenTheirNumberIsKnown() {
        PortSettings port = EngineConfig.parse(LEAST).ports().getFirst();
        UmemSharing.requireFrames(port, 2);
        assertEquals(
                "config:2: ports.ingress.frames is 8192, too few for the fill rings of 3 queues, which hold "
                        + "12288; set frames to 12288 or more, or rings.fill to 2048 or less",
                assertThrows(ConfigException.class, () -> UmemSharing.requireFrames(port, 3))
                        .getMessage());
    }
}
