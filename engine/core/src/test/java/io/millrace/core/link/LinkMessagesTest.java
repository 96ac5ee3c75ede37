package io.millrace.core.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.LinkCondition;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages as rtnetlink(7) lays them out; that the kernel does so too is what the system tests show. */
class LinkMessagesTest {
    private static final int NEW = 16;
    private static final int DELETED = 17;
    private static final int UP = 1;
    private static final int RUNNING = 0x40;
    private static final int MTU = 4;
    private static final int NEW_NAMESPACE = 45;

    private static byte[] message(int type, int family, int index, int flags, int... attributes) {
        ByteBuffer message = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
        message.putInt(0).putShort((short) type).putShort((short) 0).putInt(7).putInt(0);
        message.put((byte) family)
                .put((byte) 0)
                .putShort((short) 1)
                .putInt(index)
                .putInt(flags)
                .putInt(-1);
        message.putShort((short) 9).putShort((short) 3).put("eth1\0".getBytes()).put(new byte[3]); // its name, padded
        for (int i = 0; i < attributes.length; i += 2) {
            message.putShort((short) 8).putShort((short) attributes[i]).putInt(attributes[i + 1]);
        }
        message.putInt(0, message.position());
        return Arrays.copyOf(message.array(), message.position());
    }

    private static byte[] error(int error, int sequence) {
        ByteBuffer message = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
        message.putInt(36)
                .putShort((short) 2)
                .putShort((short) 0)
                .putInt(sequence)
                .putInt(0)
                .putInt(error);
        return message.array();
    }

    private static List<LinkReport> read(byte[]... messages) {
        ByteBuffer datagram = ByteBuffer.allocate(1024);
        for (byte[] message : messages) {
            datagram.put(message);
        }
        return read(Arrays.copyOf(datagram.array(), datagram.position()));
    }

    private static List<LinkReport> read(byte[] datagram) {
        List<LinkReport> reports = new ArrayList<>();
        LinkMessages.read(MemorySegment.ofArray(datagram), reports::add);
        return reports;
    }

    @Test
    void shouldReadWhatInterfaceIs() {
        assertEquals(
                List.of(new LinkReport(5, "eth1", LinkCondition.UP, 1500)),
                read(new byte[][] {message(NEW, 0, 5, UP | RUNNING, MTU, 1500)}));
        assertEquals(
                List.of(new LinkReport(5, "eth1", LinkCondition.NO_CARRIER, 1500)),
                read(new byte[][] {message(NEW, 0, 5, UP, MTU, 1500)}));
        assertEquals(
                List.of(new LinkReport(5, "eth1", LinkCondition.OFF, 0)),
                read(new byte[][] {message(NEW, 0, 5, RUNNING)}));
    }

    @Test
    void shouldReadTheAddress() {
        ByteBuffer message = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
        message.put(message(NEW, 0, 5, UP | RUNNING, MTU, 1500))
                .putShort((short) 10)
                .putShort((short) 1)
                .put(new byte[] {2, 0, (byte) 0xff, 0, 0, (byte) 0xfe, 0, 0});
        message.putInt(0, message.position());
        assertEquals(
                List.of(new LinkReport(5, "eth1", LinkCondition.UP, 1500, 0x0200ff0000feL)),
                read(Arrays.copyOf(message.array(), message.position())));
    }

    @Test
    void shouldTellDeletedFromMoved() {
        assertEquals(
                List.of(new LinkReport(5, "eth1", LinkCondition.DELETED, 1500)),
                read(new byte[][] {message(DELETED, 0, 5, 0, MTU, 1500)}));
        assertEquals(
                List.of(new LinkReport(5, "eth1", LinkCondition.MOVED, 1500)),
                read(new byte[][] {message(DELETED, 0, 5, 0, MTU, 1500, NEW_NAMESPACE, 3)}));
    }

    /** IFLA_PROP_LIST, nested, with two IFLA_ALT_IFNAMEs in it, each padded to four bytes. */
    @Test
    void shouldReadAlternativeNames() {
        byte[] plain = message(NEW, 0, 5, UP | RUNNING);
        ByteBuffer message = ByteBuffer.allocate(plain.length + 28)
                .order(ByteOrder.nativeOrder())
                .put(plain);
        message.putShort((short) 28).putShort((short) (52 | 0x8000));
        message.putShort((short) 9)
                .putShort((short) 53)
                .put("wan0\0".getBytes())
                .put(new byte[3]);
        message.putShort((short) 10)
                .putShort((short) 53)
                .put("wan00\0".getBytes())
                .put(new byte[2]);
        message.putInt(0, message.position());
        LinkReport report = read(message.array()).getFirst();
        assertEquals(new LinkReport(5, "eth1", List.of("wan0", "wan00"), LinkCondition.UP, 0, 0), report);
        assertTrue(report.isNamed("eth1") && report.isNamed("wan0") && report.isNamed("wan00"));
        assertFalse(report.isNamed("wan"));
    }

    /** IFLA_ALT_IFNAME, by which the kernel finds an interface's own name, too. */
    @Test
    void shouldAskForInterfacesByNamesOfAnyLength() {
        for (int nameLength : new int[] {1, 15, 16, 127}) {
            String name = "n".repeat(nameLength);
            ByteBuffer request =
                    ByteBuffer.allocate(LinkMessages.REQUEST_LENGTH).order(ByteOrder.nativeOrder());
            int length = LinkMessages.writeRequest(MemorySegment.ofBuffer(request), name);
            assertEquals(0, length % 4);
            assertEquals(length, request.getInt(0));
            assertEquals(4 + nameLength + 1, request.getShort(32));
            assertEquals(53, request.getShort(34));
            assertEquals(name + "\0", new String(request.array(), 36, nameLength + 1));
        }
    }

    /** An interface that leaves a bridge is deleted there, and is where it was. */
    @Test
    void shouldPassOverWhatBridgesSay() {
        assertEquals(List.of(), read(new byte[][] {message(DELETED, 7, 5, 0)}));
    }

    @Test
    void shouldTakeErrorForInterfaceThatIsNotThere() {
        assertEquals(List.of(new LinkReport(9, "", LinkCondition.DELETED, 0)), read(new byte[][] {error(-19, 9)}));
        assertEquals(List.of(), read(new byte[][] {error(0, 9), error(-1, 9)}));
    }

    @Test
    void shouldReadEveryMessageOfDatagram() {
        assertEquals(
                List.of(
                        new LinkReport(1, "eth1", LinkCondition.OFF, 0),
                        new LinkReport(2, "eth1", LinkCondition.UP, 9000)),
                read(message(NEW, 0, 1, 0), message(28, 0, 3, 0), message(NEW, 0, 2, UP | RUNNING, MTU, 9000)));
    }

    @Test
    void shouldSurviveWhatIsCutOffOrNonsense() {
        byte[] whole = message(NEW, 0, 5, UP | RUNNING, MTU, 1500);
        for (int length = 0; length < whole.length; length++) {
            assertEquals(List.of(), read(Arrays.copyOf(whole, length)));
        }
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] noise = whole.clone();
            noise[random.nextInt(noise.length)] = (byte) random.nextInt();
            noise[random.nextInt(noise.length)] = (byte) random.nextInt();
            read(noise);
        }
    }
}
