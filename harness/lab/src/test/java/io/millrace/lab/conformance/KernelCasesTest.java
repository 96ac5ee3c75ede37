package io.millrace.lab.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.system.ReservedHugePages;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel's cases on a veth pair, in every mode that it supports. */
@Alone
@RootOnly
@Timeout(60)
class KernelCasesTest {
    /** Huge pages for engines of other processes: with {@code huge-pages = auto} they take what is free. */
    private static final int OTHERS = 16;

    private static Namespace left;
    private static Namespace right;
    private static VethPair pair;

    @BeforeAll
    static void open() {
        left = Namespace.create("left");
        right = Namespace.create("right");
        pair = VethPair.between(left, right).create();
    }

    @AfterAll
    static void close() {
        pair.close();
        left.close();
        right.close();
    }

    static Stream<Arguments> cases() {
        return Stream.of(KernelCase.values())
                .flatMap(kernelCase -> XskMode.COPYING.stream()
                        .filter(kernelCase.modes()::contains)
                        .map(mode -> Arguments.of(kernelCase, mode)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void shouldDoAsTheKernelAsks(KernelCase kernelCase, XskMode mode) {
        int pages = kernelCase.hugePages();
        try (ReservedHugePages reserved = pages == 0 ? null : ReservedHugePages.more(pages + OTHERS)) {
            assertEquals(pages == 0, reserved == null);
            kernelCase.run(Wire.of(pair), mode);
        }
    }
}
