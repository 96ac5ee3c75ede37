package io.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Implements {@link RootOnly}. It checks the capabilities, which root in a container may lack. */
final class RootCondition implements ExecutionCondition {

    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final String REASON = "needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN)";
    private static final boolean PRIVILEGED = has(CAP_NET_ADMIN) && has(CAP_SYS_ADMIN);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (PRIVILEGED) {
            return ConditionEvaluationResult.enabled("has CAP_NET_ADMIN and CAP_SYS_ADMIN");
        }
        if ("1".equals(System.getenv("MILLRACE_REQUIRE_ROOT"))) {
            throw new IllegalStateException(REASON + ", and MILLRACE_REQUIRE_ROOT=1 says it must not be skipped");
        }
        System.out.println("skipped: " + context.getDisplayName() + " " + REASON);
        return ConditionEvaluationResult.disabled(REASON);
    }

    private static boolean has(int capability) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .map(line -> Long.parseUnsignedLong(
                            line.substring("CapEff:".length()).strip(), 16))
                    .anyMatch(mask -> (mask >> capability & 1) == 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
