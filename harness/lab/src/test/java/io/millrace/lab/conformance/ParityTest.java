package io.millrace.lab.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** docs/parity.md names the same cases and test methods as the code has. */
class ParityTest {
    private static final Pattern ROW =
            Pattern.compile("\\| ([A-Z0-9_]+) \\| ([^|]+) \\| ([^|]*)\\| ([^|]*)\\| ([^|]*)\\|");
    private static final Pattern METHOD = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern GUEST_CHECK = Pattern.compile("`(\\w+)`");
    private static final String ZERO_COPY = "zero-copy";
    private static final Path GUEST_MAIN = Path.of("src/main/java/io/millrace/lab/vm/guest/GuestMain.java");
    private static final String CASES = "`KernelCasesTest`";
    /** The cases of the kernel's test suite: those that it always runs, and those that it runs on better hosts only. */
    private static final Set<String> KERNELS = Set.of(
            "SEND_RECEIVE",
            "SEND_RECEIVE_2K_FRAME",
            "SEND_RECEIVE_SINGLE_PKT",
            "SEND_RECEIVE_9K_PACKETS",
            "SEND_RECEIVE_UNALIGNED",
            "SEND_RECEIVE_UNALIGNED_9K_PACKETS",
            "POLL_RX",
            "POLL_TX",
            "POLL_RXQ_FULL",
            "POLL_TXQ_FULL",
            "ALIGNED_INV_DESC",
            "ALIGNED_INV_DESC_2K_FRAME_SIZE",
            "UNALIGNED_INV_DESC",
            "UNALIGNED_INV_DESC_4001_FRAME_SIZE",
            "ALIGNED_INV_DESC_MULTI_BUFF",
            "UNALIGNED_INV_DESC_MULTI_BUFF",
            "TOO_MANY_FRAGS",
            "UMEM_HEADROOM",
            "BIDIRECTIONAL",
            "STAT_RX_DROPPED",
            "STAT_TX_INVALID",
            "STAT_RX_FULL",
            "STAT_FILL_EMPTY",
            "XDP_PROG_CLEANUP",
            "XDP_DROP_HALF",
            "XDP_SHARED_UMEM",
            "XDP_METADATA_COPY",
            "XDP_METADATA_COPY_MULTI_BUFF",
            "XDP_ADJUST_TAIL_SHRINK",
            "XDP_ADJUST_TAIL_SHRINK_MULTI_BUFF",
            "XDP_ADJUST_TAIL_GROW",
            "XDP_ADJUST_TAIL_GROW_MULTI_BUFF",
            "TX_QUEUE_CONSUMER",
            "HW_SW_MIN_RING_SIZE",
            "HW_SW_MAX_RING_SIZE",
            "TEARDOWN");

    /** A line of the table. */
    private record Row(String proof, String modes, String notInZeroCopy) {
        boolean isCase() {
            return proof.equals(CASES);
        }

        List<String> proofs() {
            return proof.isEmpty() ? List.of() : List.of(proof.split(", "));
        }

        boolean isInZeroCopy() {
            return modes.contains(ZERO_COPY);
        }
    }

    private static Map<String, Row> rows() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        Matcher matcher = ROW.matcher(Files.readString(Path.of("..", "..", "docs", "parity.md")));
        while (matcher.find()) {
            rows.put(
                    matcher.group(1),
                    new Row(
                            matcher.group(3).strip(),
                            matcher.group(4).strip(),
                            matcher.group(5).strip()));
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
            if (row.isCase()) {
                listed.add(name);
            }
        });
        assertEquals(
                Stream.of(KernelCase.values()).map(Enum::name).collect(Collectors.toCollection(TreeSet::new)), listed);
    }

    @Test
    void shouldNameTheModesThatTheCasesRunIn() throws IOException {
        rows().forEach((name, row) -> {
            if (row.isCase()) {
                String modes = KernelCase.valueOf(name).modes().stream()
                        .sorted()
                        .map(XskMode::kind)
                        .distinct()
                        .collect(Collectors.joining(", "));
                assertEquals(modes, row.modes(), name);
            }
        });
    }

    /** Each mode with busy polling and without, or not at all. */
    @Test
    void shouldRunEachCaseWithBusyPollingToo() {
        for (KernelCase each : KernelCase.values()) {
            Map<String, Long> kinds =
                    each.modes().stream().collect(Collectors.groupingBy(XskMode::kind, Collectors.counting()));
            kinds.forEach((kind, count) -> assertEquals(2, count, each + " " + kind));
        }
    }

    @Test
    void shouldSayWhyWhatIsNotInZeroCopyMode() throws IOException {
        rows().forEach((name, row) -> assertEquals(
                row.modes().isEmpty() || row.isInZeroCopy(), row.notInZeroCopy().isEmpty(), name));
    }

    @Test
    void shouldNameTestsThatAreThere() throws IOException {
        List<String> sources = new ArrayList<>();
        for (Map.Entry<String, Row> row : rows().entrySet()) {
            assertEquals(
                    row.getValue().modes().isEmpty(), row.getValue().proof().isEmpty(), row::toString);
            for (String proof : row.getValue().proofs()) {
                Matcher method = METHOD.matcher(proof);
                if (method.matches()) {
                    Path file = Path.of("src/test/java/io/millrace/lab/system", method.group(1) + ".java");
                    assertTrue(Files.readString(file).contains("void " + method.group(2) + "("), row::toString);
                    sources.add(method.group(1));
                }
            }
        }
        assertTrue(sources.contains("MultiBufferTest"), sources::toString);
    }

    /** Whatever else the page says about zero-copy mode is proven by a check of the virtual machine. */
    @Test
    void shouldNameChecksOfTheVirtualMachineThatAreThere() throws IOException {
        String guest = Files.readString(GUEST_MAIN);
        assertTrue(guest.contains("KernelCaseCheck.all()"), guest);
        for (Map.Entry<String, Row> row : rows().entrySet()) {
            List<String> texts = new ArrayList<>(row.getValue().proofs());
            texts.add(row.getValue().notInZeroCopy());
            List<String> checks = texts.stream()
                    .filter(proof -> !proof.equals(CASES))
                    .flatMap(proof -> GUEST_CHECK.matcher(proof).results())
                    .map(match -> match.group(1))
                    .toList();
            checks.forEach(check -> assertTrue(guest.contains("new " + check + "("), row::toString));
            assertTrue(row.getValue().isCase() || row.getValue().modes().isEmpty() || !checks.isEmpty(), row::toString);
        }
    }
}
