package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.ConfigException;
import io.millrace.testing.Slow;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is done to a good config, it is read or refused in order. */
@Slow
class ConfigFuzzTest {
    private static final String GOOD = """
        nic = eth1
        millrace {
          engine { mode = inline, ring-size = 1024, cpus { poller = 0, stages = [1] }, drain-timeout = 2s
            uring { submission = 64, completion = 256, sqpoll-cpu = 1, busy-poll = 50us }
          }
          leases { max = 8, track = on }
          ports {
            ingress { type = af-xdp, interface = ${nic}, queues = [0, 1], frame-size = 2KiB, frames = 8192
              rings { rx = 256, tx = 256, fill = 512, completion = 256 }
              accept = ["udp dst port 9000-9010", "ip dst net 239.1.0.0/16 udp"]
              encapsulate {
                source = "10.0.0.1:9000", destination = "10.0.0.2:9001", destination-mac = "02:00:00:00:00:01"
              }
            }
            feed { type = udp, bind = "[::]:9000", remote = "[::1%lo]:9", zero-copy-above = 4KiB, frame-size = 4096
              multicast = [{ group = "ff15::1", interface = ${nic} }
                           { group = "ff35::2", interface = a, source = "::5" }]
            }
            orders { type = tcp, connect = "10.0.0.9:7", high-water = 2MiB, reconnect-min = 1s, idle-timeout = 1.5s }
          }
          pipeline = [
            { stage = frame-by-delimiter, delimiter = "\\r\\n", max = 9KiB }
            { stage = reflect }
            [{ stage = count, name = c1 }, { class = com.acme.Decode, config { depth = ${?DEPTH}, "k" : [1, 2] } }]
            { stage = forward, to = ingress }
          ]
        }
        """;
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        "=",
        "+=",
        ":",
        ".",
        "\"",
        "\"\"\"",
        "${",
        "${?",
        "}",
        "\n",
        "#",
        "//",
        "null",
        "true",
        "-1",
        "0",
        "1e309",
        "4294967296",
        "99999999999999999999",
        "2KiB",
        "10s",
        "all",
        "*:9",
        "[::1]:9",
        "::",
        "include ",
        "include \"x\"\n",
        "ingress",
        "millrace",
        "ports",
        "pipeline",
        "stage",
        "${millrace}",
        "${nic}",
        "\\",
        "\u0000",
        "\u2028",
        "\ud83d\ude80",
        "\ud800",
        "$",
        "@",
        "'",
        "é"
    };

    private static final int MUTATIONS = 5_000;

    @Test
    void shouldReadOrRefuseMutations() {
        Random random = new Random(7);
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String text = mutate(random);
            try {
                EngineConfig config = EngineConfig.parse(text);
                assertEquals(config, EngineConfig.parse(config.render()), () -> "rendered otherwise:\n" + text);
                read++;
            } catch (ConfigException e) {
                assertTidy(e, text);
            } catch (RuntimeException | StackOverflowError e) {
                fail("mutation " + i + ":\n" + text, e);
            }
        }
        assertTrue(
                read > MUTATIONS / 20 && read < MUTATIONS / 2,
                "the mutations are too weak or too strong: " + read + " were read");
    }

    private static void assertTidy(ConfigException e, String text) {
        for (String line : e.getMessage().split("\n", -1)) {
            assertTrue(line.matches("\\S.*?: \\S.*"), () -> "'" + line + "' for\n" + text);
            assertTrue(line.contains("; "), () -> "no advice: '" + line + "' for\n" + text);
            assertTrue(line.length() < 400, () -> "long: '" + line + "' for\n" + text);
            assertFalse(line.chars().anyMatch(Character::isISOControl), () -> "control character for\n" + text);
        }
    }

    private static String mutate(Random random) {
        StringBuilder text = new StringBuilder(GOOD);
        for (int i = random.nextInt(2); i >= 0; i--) {
            int at = random.nextInt(text.length());
            int until = Math.min(text.length(), at + random.nextInt(random.nextInt(4) > 0 ? 2 : 30));
            String piece = switch (random.nextInt(4)) {
                case 0 -> "";
                case 1 -> text.substring(random.nextInt(at + 1), at);
                case 2 -> String.valueOf((char) (' ' + random.nextInt(95)));
                default -> PIECES[random.nextInt(PIECES.length)];
            };
            text.replace(at, until, piece);
        }
        return text.toString();
    }
}
