package io.millrace.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test class or method that takes more than some three seconds, and that {@code harness/millrace test --fast} leaves
 * out for that reason. Tests that need root don't need the mark: the fast run leaves them out anyway.
 */
@Tag("slow")
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Slow {}
