package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.FrameSegments;
import io.millrace.HostException;
import io.millrace.Stage;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.bindings.Libc;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_link_create_opts;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import io.millrace.xdp.BpfObject;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver knows of a frame, as a stage reads it: veth tells of frames that the peer's sockets sent. */
@RootOnly
@Timeout(60)
class MetadataTest {
    private static final int MTU = 9_000;

    @RegisterExtension
    static final Rig rig = Rig.shared(pair -> pair.mtu(MTU).withoutIpv6());

    private static final int HEADERS = 42;
    private static final String ALL = "metadata = [timestamp, hash, vlan], multi-buffer = on";
    private static final String BUSY_POLL = ", busy-poll { mode = on }";
    /** What tag.bpf.c puts beside packets to the second address: priority 5, VLAN 7. */
    private static final int TAG = 5 << 13 | 7;

    private static final String PLAIN = "10.99.0.2";
    private static final String TAGGED = "10.99.0.3";
    /** {@code linux/bpf.h}: a program of traffic control that sees what leaves. */
    private static final int BPF_TCX_EGRESS = 47;

    private static BpfObject tagger;
    private static int link;

    private final Notes notes = new Notes();

    @BeforeAll
    static void open() {
        Shell.run(
                rig.left().namespace(),
                "ip",
                "neighbour",
                "replace",
                TAGGED,
                "lladdr",
                rig.right().mac(),
                "nud",
                "permanent",
                "dev",
                "left0");
        tagger = BpfObject.load("/bpf/tag.bpf.o", MetadataTest.class);
        link = rig.left().namespace().call(MetadataTest::linkTagger);
        assertTrue(link >= 0, () -> "link of the tagging program: " + link);
    }

    private static int linkTagger() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = bpf_link_create_opts.allocate(arena);
            bpf_link_create_opts.sz(options, options.byteSize());
            return bpf_h.bpf_link_create(tagger.programFd("tag"), Libc.ifNameToIndex("left0"), BPF_TCX_EGRESS, options);
        }
    }

    @AfterAll
    static void close() {
        Libc.close(link);
        tagger.close();
    }

    private record Note(byte[] bytes, long timestampNs, boolean hasHash, int hash, int vlanTag, int segments) {}

    /** Writes down what it reads of each frame. */
    private static final class Notes implements Stage {
        private final BlockingQueue<Note> notes = new LinkedBlockingQueue<>();

        @Override
        public void onFrame(Frame frame) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            FrameSegments segments = frame.segments();
            while (segments.next()) {
                bytes.writeBytes(segments.segment().toArray(ValueLayout.JAVA_BYTE));
            }
            notes.add(new Note(
                    bytes.toByteArray(),
                    frame.timestampNs(),
                    frame.hasRssHash(),
                    frame.rssHash(),
                    frame.vlanTag(),
                    frame.segmentCount()));
        }

        Note next() throws InterruptedException {
            Note note = notes.poll(10, TimeUnit.SECONDS);
            assertTrue(note != null, "a frame came");
            return note;
        }
    }

    private Engine start(String mode, String port) {
        return rig.start(Rig.config("mode = " + mode, port, "{ stage = drop }"), "notes", notes);
    }

    private static UdpClient client(String server) {
        return rig.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(InetAddress.ofLiteral(server), Rig.UDP_PORT)));
    }

    private static byte[] payload(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        return payload;
    }

    private Note sent(UdpClient client, int length) throws InterruptedException {
        client.send(payload(length));
        Note note = notes.next();
        assertArrayEquals(payload(length), Arrays.copyOfRange(note.bytes, HEADERS, note.bytes.length));
        return note;
    }

    @ParameterizedTest
    @CsvSource({"inline,''", "pipelined,''", "inline,'" + BUSY_POLL + "'", "pipelined,'" + BUSY_POLL + "'"})
    void shouldTellHashAndTagAsTheDriverGivesThem(String mode, String more) throws Exception {
        Engine engine = start(mode, ALL + more);
        try (UdpClient plain = client(PLAIN);
                UdpClient other = client(PLAIN);
                UdpClient tagged = client(TAGGED)) {
            Note first = sent(plain, 100);
            assertTrue(first.hasHash);
            assertNotEquals(0, first.hash);
            assertEquals(Frame.NO_VLAN, first.vlanTag);
            assertEquals(0, first.timestampNs, "veth has no clock of its own");
            assertEquals(first.hash, sent(plain, 50).hash, "one flow, one hash");
            assertNotEquals(first.hash, sent(other, 100).hash);
            Note inVlan = sent(tagged, 100);
            assertEquals(TAG, inVlan.vlanTag);
            assertTrue(inVlan.hasHash);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    /** In front of the first segment alone, and no byte of the others is moved by it. */
    @ParameterizedTest
    @ValueSource(strings = {"", BUSY_POLL})
    void shouldTellMetadataOfFramesInSeveralSegments(String more) throws Exception {
        Engine engine = start("inline", ALL + more);
        try (UdpClient plain = client(PLAIN);
                UdpClient tagged = client(TAGGED)) {
            for (int length = 1; length < 8_900; length += 331) {
                Note note = sent(tagged, length);
                assertEquals((HEADERS + length + 1_791) / 1_792, note.segments);
                assertEquals(TAG, note.vlanTag);
                assertTrue(note.hasHash);
                assertEquals(Frame.NO_VLAN, sent(plain, length).vlanTag);
            }
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertTrue(Rig.port(engine).get(PortCounter.RX_MULTI_BUFFER) > 20);
    }

    @Test
    void shouldTellOnlyWhatIsAskedFor() throws Exception {
        Engine engine = start("inline", "metadata = [vlan], multi-buffer = on");
        try (UdpClient tagged = client(TAGGED)) {
            Note note = sent(tagged, 100);
            assertEquals(TAG, note.vlanTag);
            assertTrue(!note.hasHash && note.hash == 0);
        }
        engine.close();
        Engine none = rig.start(Rig.config("", "multi-buffer = on", "{ stage = drop }"), "notes", notes);
        try (UdpClient tagged = client(TAGGED)) {
            Note note = sent(tagged, 100);
            assertEquals(Frame.NO_VLAN, note.vlanTag);
            assertTrue(!note.hasHash);
        }
        none.close();
    }

    /** Of a frame that another XDP program sent, the driver knows nothing. */
    @Test
    void shouldSayThatHintsAreAbsent() throws Exception {
        Engine engine = start("inline", ALL);
        try (UdpClient tagged = client(TAGGED)) {
            sent(tagged, 100);
        }
        for (int i = 0; i < 3; i++) {
            rig.traffic().send(TrafficPlan.frames(1_000));
            for (int frame = 0; frame < 1_000; frame++) {
                Note note = notes.next();
                assertTrue(
                        !note.hasHash && note.hash == 0 && note.vlanTag == Frame.NO_VLAN && note.timestampNs == 0,
                        note::toString);
            }
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(3_001, AfXdpStatistics.of(Rig.port(engine)).matched());
    }

    @Test
    void shouldEchoWithMetadataOn() {
        Engine engine = rig.start(Rig.config("", ALL, "{ stage = reflect }, { stage = forward, to = p }"));
        try (UdpClient client = client(PLAIN)) {
            new EchoWindow(client, 8_900, 64, 3).run(1_000);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    @Test
    void shouldRefuseDriverThatTellsNothing() {
        HostException refused = assertThrows(
                HostException.class,
                () -> rig.start(Rig.config("", "interface = lo, metadata = [hash]", "{ stage = drop }")));
        assertTrue(refused.getMessage().contains("lo tells nothing"), refused::getMessage);
        assertTrue(refused.getMessage().contains("metadata = []"), refused::getMessage);
    }
}
