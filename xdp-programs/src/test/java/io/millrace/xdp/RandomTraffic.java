package io.millrace.xdp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random rules and frames, from so few addresses, ports and protocols that they often match, and often only just don't.
 */
final class RandomTraffic {

    private static final int[] PROTOCOLS = {17, 17, 17, 6, 6, 1, 58, 47};
    private static final int[] EXTENSIONS = {0, 43, 44, 51, 60, 135};
    private static final int[] OTHER_ETHERTYPES = {0x0806, 0x88a4, 0x0026, 0x8100};

    private final Random random;

    RandomTraffic(long seed) {
        random = new Random(seed);
    }

    List<AcceptRule> rules(int most) {
        List<AcceptRule> rules = new ArrayList<>();
        for (int count = random.nextInt(most) + 1; count > 0; count--) {
            rules.add(rule());
        }
        return rules;
    }

    private AcceptRule rule() {
        while (true) {
            List<String> words = new ArrayList<>();
            boolean ipv6 = random.nextBoolean();
            maybe(words, 4, ipv6 ? "ip6" : "ip");
            maybe(words, 2, random.nextInt(4) == 0 ? "tcp" : "udp");
            maybe(words, 8, "proto " + pick(PROTOCOLS));
            maybe(words, 3, "dst " + net(ipv6));
            maybe(words, 4, "src " + net(ipv6));
            maybe(words, 2, "dst port " + ports());
            maybe(words, 4, "src port " + ports());
            maybe(words, 12, "ether proto " + (random.nextBoolean() ? "0x88a4" : "0x806"));
            try {
                return AcceptRule.parse(String.join(" ", words));
            } catch (IllegalArgumentException e) {
                // conditions that no frame can meet, or no condition at all: try again
                continue;
            }
        }
    }

    private void maybe(List<String> words, int oneIn, String word) {
        if (random.nextInt(oneIn) == 0) {
            words.add(random.nextInt(words.size() + 1), word);
        }
    }

    private String ports() {
        int first = port();
        return random.nextBoolean() ? "" + first : first + "-" + Math.min(65535, first + random.nextInt(20));
    }

    private int port() {
        return switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> 65535;
            case 2 -> random.nextInt(65536);
            default -> 9000 + random.nextInt(32);
        };
    }

    private String net(boolean ipv6) {
        byte[] address = address(ipv6);
        if (random.nextInt(3) == 0) {
            return "host " + Prefix.ofHost(address).toString().replaceAll("/.*", "");
        }
        int bits = address.length * 8;
        int length = random.nextInt(3) == 0 ? random.nextInt(bits + 1) : bits - random.nextInt(8);
        for (int bit = length; bit < bits; bit++) {
            address[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return "net " + Prefix.ofHost(address).toString().replaceAll("/.*", "/" + length);
    }

    private byte[] address(boolean ipv6) {
        byte[] address = new byte[ipv6 ? 16 : 4];
        address[0] = (byte) (ipv6 ? 0xfd : 10);
        address[address.length / 2] = (byte) random.nextInt(2);
        address[address.length - 1] = (byte) random.nextInt(16);
        return address;
    }

    /** A frame, at times cut off, malformed, or of nonsense. */
    byte[] frame() {
        byte[] frame = random.nextInt(20) == 0 ? noise() : wholeFrame();
        return random.nextInt(6) == 0 ? java.util.Arrays.copyOf(frame, 14 + random.nextInt(frame.length - 13)) : frame;
    }

    /** A frame in one piece with up to three VLAN tags. */
    byte[] wholeFrame() {
        ByteBuffer frame = ByteBuffer.allocate(4096);
        frame.putLong(random.nextLong()).putInt(random.nextInt());
        for (int tags = Math.max(0, random.nextInt(6) - 2); tags > 0; tags--) {
            frame.putShort((short) (random.nextBoolean() ? 0x8100 : 0x88a8)).putShort((short) random.nextInt());
        }
        switch (random.nextInt(8)) {
            case 0 -> frame.putShort((short) pick(OTHER_ETHERTYPES)).put(noise());
            case 1, 2, 3 -> ipv6(frame.putShort((short) 0x86dd));
            default -> ipv4(frame.putShort((short) 0x0800));
        }
        return java.util.Arrays.copyOf(frame.array(), frame.position());
    }

    private byte[] noise() {
        byte[] noise = new byte[14 + random.nextInt(80)];
        random.nextBytes(noise);
        return noise;
    }

    private void ipv4(ByteBuffer frame) {
        int words = random.nextInt(4) == 0 ? 5 + random.nextInt(11) : 5;
        int firstByte = random.nextInt(40) == 0 ? random.nextInt(256) : 4 << 4 | words;
        int protocol = pick(PROTOCOLS);
        frame.put((byte) firstByte).put((byte) 0).putShort((short) 0).putShort((short) 1);
        frame.putShort((short) (random.nextInt(8) == 0 ? random.nextInt() : random.nextBoolean() ? 0x4000 : 0));
        frame.put((byte) 64).put((byte) protocol).putShort((short) 0);
        frame.put(address(false)).put(address(false)).position(frame.position() + (words - 5) * 4);
        payload(frame, protocol);
    }

    private void ipv6(ByteBuffer frame) {
        int protocol = pick(PROTOCOLS);
        int extensions = random.nextInt(4) == 0 ? random.nextInt(11) : 0;
        int next = extensions > 0 ? pick(EXTENSIONS) : protocol;
        frame.putInt((random.nextInt(40) == 0 ? 5 : 6) << 28)
                .putShort((short) 0)
                .put((byte) next)
                .put((byte) 64);
        frame.put(address(true)).put(address(true));
        for (int left = extensions; left > 0; left--) {
            int following = left > 1 ? pick(EXTENSIONS) : protocol;
            extension(frame, next, following);
            next = following;
        }
        payload(frame, protocol);
    }

    private void extension(ByteBuffer frame, int type, int following) {
        int start = frame.position();
        int units = random.nextInt(4);
        int length = type == 44 ? 8 : type == 51 ? (Math.max(1, units) + 2) * 4 : (units + 1) * 8;
        boolean fragment = random.nextInt(4) == 0;
        frame.put((byte) following).put((byte) (type == 51 ? Math.max(1, units) : units));
        // Sets reserved bits, which must not be taken for a fragment's flags.
        frame.putShort((short) (fragment ? random.nextInt() : 0x0006));
        frame.position(start + length);
    }

    private void payload(ByteBuffer frame, int protocol) {
        frame.putShort((short) port()).putShort((short) port());
        frame.put(new byte[protocol == 6 ? 16 : 4 + random.nextInt(20)]);
    }

    private int pick(int[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
