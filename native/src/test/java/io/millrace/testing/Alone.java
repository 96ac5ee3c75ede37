package io.millrace.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test class that runs while no other test of its module does. The other classes run two at a time, in two JVMs. It
 * is for tests that measure times or CPU use, and for tests that change what the whole host has, such as its huge
 * pages.
 */
@Tag("alone")
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Alone {}
