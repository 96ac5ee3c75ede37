package io.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Behind {@link RootOnly}. */
final class RootCondition implements ExecutionCondition {

    static final String REQUIRE_ROOT = "MILLRACE_REQUIRE_ROOT";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (isRoot()) {
            return ConditionEvaluationResult.enabled("root");
        }
        if ("1".equals(System.getenv(REQUIRE_ROOT))) {
            throw new IllegalStateException(
                context.getDisplayName() + " needs root, and " + REQUIRE_ROOT + "=1 says that it must run; run as root");
        }
        System.out.println("skipped: " + context.getDisplayName() + " needs root; run the tests as root to include it");
        return ConditionEvaluationResult.disabled("needs root");
    }

    private static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
