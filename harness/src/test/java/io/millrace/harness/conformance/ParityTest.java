package io.millrace.harness.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/parity.md, the cases in the code, and the test methods that it names are the same. */
class ParityTest {
    private static final Pattern ROW = Pattern.compile("\\| ([A-Z0-9_]+) \\| ([^|]+) \\| ([^|]*)\\| ([^|]*)\\|");
    private static final Pattern METHOD = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final String CASES = "`KernelCasesTest`";
    /** Of the kernel's test-suite: those that it runs always, and those that it keeps for better hosts. */
    private static final Set<String> KERNELS = Set.of("SEND_RECEIVE", "SEND_RECEIVE_2K_FRAME", "SEND_RECEIVE_SINGLE_PKT",
        "SEND_RECEIVE_9K_PACKETS", "SEND_RECEIVE_UNALIGNED", "SEND_RECEIVE_UNALIGNED_9K_PACKETS", "POLL_RX", "POLL_TX",
        "POLL_RXQ_FULL", "POLL_TXQ_FULL", "ALIGNED_INV_DESC", "ALIGNED_INV_DESC_2K_FRAME_SIZE", "UNALIGNED_INV_DESC",
        "UNALIGNED_INV_DESC_4001_FRAME_SIZE", "ALIGNED_INV_DESC_MULTI_BUFF", "UNALIGNED_INV_DESC_MULTI_BUFF",
        "TOO_MANY_FRAGS", "UMEM_HEADROOM", "BIDIRECTIONAL", "STAT_RX_DROPPED", "STAT_TX_INVALID", "STAT_RX_FULL",
        "STAT_FILL_EMPTY", "XDP_PROG_CLEANUP", "XDP_DROP_HALF", "XDP_SHARED_UMEM", "XDP_METADATA_COPY",
        "XDP_METADATA_COPY_MULTI_BUFF", "XDP_ADJUST_TAIL_SHRINK", "XDP_ADJUST_TAIL_SHRINK_MULTI_BUFF",
        "XDP_ADJUST_TAIL_GROW", "XDP_ADJUST_TAIL_GROW_MULTI_BUFF", "TX_QUEUE_CONSUMER", "HW_SW_MIN_RING_SIZE",
        "HW_SW_MAX_RING_SIZE", "TEARDOWN");

    /** A line of the table. */
    private record Row(String proof, String modes) {
    }

    private static Map<String, Row> rows() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        Matcher matcher = ROW.matcher(Files.readString(Path.of("..", "docs", "parity.md")));
        while (matcher.find()) {
            rows.put(matcher.group(1), new Row(matcher.group(3).strip(), matcher.group(4).strip()));
        }
        return rows;
    }

    @Test
    void shouldListEveryCaseOfTheKernels() throws IOException {
        assertEquals(new TreeSet<>(KERNELS), new TreeSet<>(rows().keySet()));
    }

    @Test
    void shouldListTheCasesOfTheCode() throws IOException {
        Set<String> listed = new TreeSet<>();
        rows().forEach((name, row) -> {
            if (row.proof().equals(CASES)) {
                listed.add(name);
            }
        });
        assertEquals(Stream.of(KernelCase.values()).map(Enum::name).collect(Collectors.toCollection(TreeSet::new)), listed);
    }

    @Test
    void shouldNameTheModesThatTheCasesRunIn() throws IOException {
        assertEquals(EnumSet.complementOf(EnumSet.of(XskMode.ZERO_COPY)), KernelCasesTest.MODES);
        rows().forEach((name, row) -> {
            if (row.proof().equals(CASES)) {
                assertEquals("skb, native", row.modes(), name);
            }
        });
    }

    @Test
    void shouldNameTestsThatAreThere() throws IOException {
        List<String> sources = new ArrayList<>();
        for (Map.Entry<String, Row> row : rows().entrySet()) {
            String proof = row.getValue().proof();
            Matcher method = METHOD.matcher(proof);
            if (method.matches()) {
                Path file = Path.of("src/test/java/io/millrace/harness/system", method.group(1) + ".java");
                assertTrue(Files.readString(file).contains("void " + method.group(2) + "("), row::toString);
                sources.add(method.group(1));
            } else {
                assertTrue(proof.equals(CASES) || proof.startsWith("open: ")
                    || row.getValue().modes().isEmpty() && proof.isEmpty(), row::toString);
            }
        }
        assertTrue(sources.contains("MultiBufferTest"), sources::toString);
    }
}
