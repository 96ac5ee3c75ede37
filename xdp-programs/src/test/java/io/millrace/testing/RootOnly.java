package io.millrace.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test needs root. Other users see it skipped, with the reason; where the environment has MILLRACE_REQUIRE_ROOT=1,
 * as in CI, it fails instead.
 */
@Tag("root")
@ExtendWith(RootCondition.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface RootOnly {
}
