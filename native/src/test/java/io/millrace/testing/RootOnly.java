package io.millrace.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class or method that makes network namespaces, loads BPF programs, opens AF_XDP sockets, or needs more locked
 * memory or larger socket buffers than others may have. Without the privileges it is skipped, with the reason printed;
 * with {@code MILLRACE_REQUIRE_ROOT=1} in the environment it fails instead, so that a CI run can't pass by skipping.
 */
@Tag("root")
@ExtendWith(RootCondition.class)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface RootOnly {}
