package io.millrace.spi.config;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The usual types of keys. Ranges include both ends. */
public final class KeyTypes {
    /** A microsecond in nanoseconds, for {@link #duration}. */
    public static final long US = 1_000L;

    /** A millisecond in nanoseconds. */
    public static final long MS = 1_000 * US;

    /** A second in nanoseconds. */
    public static final long SECOND = 1_000 * MS;

    /** A minute in nanoseconds. */
    public static final long MINUTE = 60 * SECOND;

    /** An hour in nanoseconds. */
    public static final long HOUR = 60 * MINUTE;

    /** A kibibyte in bytes, for {@link #bytes}. */
    public static final int KIB = 1 << 10;

    /** A mebibyte in bytes. */
    public static final int MIB = 1 << 20;

    /** A gibibyte in bytes. */
    public static final int GIB = 1 << 30;

    /** The highest CPU number: {@code CPU_SETSIZE} of sched_setaffinity(2), less one. */
    private static final int LAST_CPU = 1023;

    private static final Pattern PORT_NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Pattern MAC = Pattern.compile("\\p{XDigit}{2}(?::\\p{XDigit}{2}){5}");

    /**
     * The longest name of an interface in bytes: {@code ALTIFNAMSIZ} without the closing zero. An interface's own name
     * has at most 15.
     */
    private static final int LONGEST_INTERFACE = 127;

    private KeyTypes() {}

    /** @param unit what is counted, in the plural; "" for none */
    public static KeyType<Integer> wholeNumber(int least, int most, String unit) {
        return amount(Notation.NUMBER, "a whole number, ", least, most, false, unit);
    }

    /** @param unit what is counted, in the plural; "" for none */
    public static KeyType<Integer> powerOfTwo(int least, int most, String unit) {
        return amount(Notation.NUMBER, "a power of two, ", least, most, true, unit);
    }

    /** A number of bytes: {@code 2048}, {@code 2KiB}. */
    public static KeyType<Integer> bytes(int least, int most) {
        return amount(Notation.BYTES, "a size, ", least, most, false, "bytes");
    }

    /** A number of bytes that is a power of two. */
    public static KeyType<Integer> bytesPowerOfTwo(int least, int most) {
        return amount(Notation.BYTES, "a power of two, ", least, most, true, "bytes");
    }

    private static KeyType<Integer> amount(
            Notation notation, String noun, int least, int most, boolean isPowerOfTwo, String unit) {
        return new Amounts<>(notation, noun, least, most, isPowerOfTwo, unit, Math::toIntExact);
    }

    /** A duration in nanoseconds: {@code 500ms}, {@code 10s}, {@code 2m}. */
    public static KeyType<Long> duration(long leastNs, long mostNs) {
        return new Amounts<>(Notation.DURATION, "", leastNs, mostNs, false, "", Long::valueOf);
    }

    /** {@code on} or {@code off}. */
    public static KeyType<Boolean> onOff() {
        return KeyType.of(
                "on or off",
                "",
                value -> switch (String.valueOf(value.unwrapped())) {
                    case "on", "true" -> true;
                    case "off", "false" -> false;
                    default -> null;
                },
                value -> value ? "on" : "off");
    }

    /** One of two or more words or numbers. */
    public static KeyType<String> oneOf(List<String> values) {
        return new OneOf(List.copyOf(values));
    }

    /** One of the constants of an enum, by their {@linkplain ConfigName names in a config}. */
    public static <E extends Enum<E>> KeyType<E> choice(Class<E> values) {
        return new Mapped<>(
                new OneOf(names(values)),
                name -> Arrays.stream(values.getEnumConstants())
                        .filter(constant -> ConfigName.of(constant).equals(name))
                        .findFirst()
                        .orElseThrow(),
                ConfigName::of);
    }

    /** Some of the constants of an enum, each once, in the enum's order. */
    public static <E extends Enum<E>> KeyType<List<E>> choices(Class<E> values) {
        KeyType<List<E>> list =
                new ListOf<>(choice(values), "a word", "a list of " + String.join(", ", names(values)), "", "");
        return new Mapped<>(list, chosen -> chosen.stream().sorted().toList(), Function.identity());
    }

    private static <E extends Enum<E>> List<String> names(Class<E> values) {
        return Arrays.stream(values.getEnumConstants()).map(ConfigName::of).toList();
    }

    /**
     * A list of whole numbers without duplicates.
     *
     * @param itemName what one number is, in messages: {@code queue}
     */
    public static KeyType<List<Integer>> numbers(int least, int most, String itemName, String expected) {
        return new ListOf<>(wholeNumber(least, most, ""), "a " + itemName, expected, ", as in [0, 1]", itemName + " ");
    }

    /** The number of a CPU. */
    public static KeyType<Integer> cpu() {
        return wholeNumber(0, LAST_CPU, "");
    }

    /** A list of CPU numbers. */
    public static KeyType<List<Integer>> cpus() {
        return new ListOf<>(cpu(), "a CPU", "a list of whole numbers, 0 to " + LAST_CPU, ", as in [1, 2]", null);
    }

    /** A path of the file system from its root. */
    public static KeyType<String> absolutePath() {
        return KeyType.of(
                "a path that starts with /",
                "",
                value -> value.unwrapped() instanceof String path && path.startsWith("/") && path.indexOf('\0') < 0
                        ? path
                        : null,
                ConfigUtil::quoteString);
    }

    /** The name of a port. */
    public static KeyType<String> portName() {
        return KeyType.of(
                "the name of a port",
                "",
                value -> ValueText.isText(value) && isPortName(ValueText.written(value))
                        ? ValueText.written(value)
                        : null,
                Function.identity());
    }

    /** Returns whether a port may have this name. */
    public static boolean isPortName(String name) {
        return PORT_NAME.matcher(name).matches();
    }

    /** A MAC address, in lower case with colons. */
    public static KeyType<String> macAddress() {
        return KeyType.of(
                "six hexadecimal bytes, as in \"02:00:00:00:00:01\"",
                ", which is no MAC address",
                value -> value.unwrapped() instanceof String text
                                && MAC.matcher(text).matches()
                        ? text.toLowerCase(Locale.ROOT)
                        : null,
                ConfigUtil::quoteString);
    }

    /** A text that is not empty and not longer than a number of bytes in UTF-8. */
    public static KeyType<String> text(int mostBytes) {
        String expected = "a text of 1 to " + mostBytes + " bytes, in double quotes";
        return new Text(expected, "write " + expected, false, text -> {
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                return ", which holds half a character";
            }
            int length = text.getBytes(StandardCharsets.UTF_8).length;
            return length == 0 || length > mostBytes ? ", " + length + " bytes long" : null;
        });
    }

    /** The own or an alternative name of a network interface, by the rules of the kernel's {@code dev_valid_name}. */
    public static KeyType<String> interfaceName() {
        return new Text(
                "the name of an interface, as 'ip link' lists them",
                "use one that 'ip link' lists",
                true,
                KeyTypes::interfaceProblem);
    }

    private static String interfaceProblem(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_INTERFACE) {
            return ", " + length + " characters long, and Linux allows " + LONGEST_INTERFACE;
        }
        boolean isNone = name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.chars().anyMatch(c -> c == '/' || c == ':' || c <= ' ' || c == 0x7f);
        return isNone ? ", which is no name of an interface" : null;
    }

    /**
     * A text.
     *
     * @param advice      what to do about a text that can't be used
     * @param takesNumber whether a number is read as the text that it was written as
     * @param problem     says what is wrong with a text, to follow it in a message; null if nothing is
     */
    private record Text(String expected, String advice, boolean takesNumber, Function<String, String> problem)
            implements KeyType<String> {
        @Override
        public String read(ConfigValue value) throws BadValue {
            if (!(takesNumber ? ValueText.isText(value) : value.unwrapped() instanceof String)) {
                throw new BadValue("is " + ValueText.of(value) + "; write " + expected);
            }
            String text = ValueText.written(value);
            String wrong = problem.apply(text);
            if (wrong != null) {
                throw new BadValue("is " + ValueText.quoted(text) + wrong + "; " + advice);
            }
            return text;
        }

        @Override
        public String write(String value) {
            return ConfigUtil.quoteString(value);
        }
    }
}
