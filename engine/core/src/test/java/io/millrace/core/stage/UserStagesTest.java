package io.millrace.core.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.Stage;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserStagesTest {

    /** A stage as it should be. */
    public static class Good implements Stage {
        static int made;

        public Good() {
            made++;
        }

        @Override
        public void onFrame(Frame frame) {
            frame.drop();
        }
    }

    /** Can't be made. */
    public abstract static class Abstract implements Stage {}

    /** Not public. */
    static class Hidden extends Good {}

    /** Needs something. */
    public static class WithParameter extends Good {
        public WithParameter(int ignored) {}
    }

    /** Needs an instance of the test. */
    public class Inner extends Good {
        public Inner() {}
    }

    /** Fails. */
    public static class Throwing extends Good {
        public Throwing() {
            throw new IllegalStateException("no licence\nfound");
        }
    }

    /** Fails earlier. */
    public static class ThrowingWhenInitialized extends Good {
        private static final int BAD = Integer.parseInt("x");

        public ThrowingWhenInitialized() {
            made = BAD;
        }
    }

    private static String problem(String className) {
        return assertThrows(StageLoadException.class, () -> UserStages.load(className))
                .getMessage();
    }

    private static String problem(Class<?> type) {
        return problem(type.getName()).replace(UserStagesTest.class.getName() + "$", "");
    }

    @Test
    void shouldMakeAStage() throws Exception {
        assertInstanceOf(Good.class, UserStages.load(Good.class.getName()));
    }

    @Test
    void shouldFindAStageWithoutMakingIt() throws Exception {
        int before = Good.made;
        UserStages.find(Good.class.getName());
        UserStages.find(Throwing.class.getName());
        assertEquals(before, Good.made);
    }

    @Test
    void shouldSayHowToAddAJarWhenTheClassIsNotFound() {
        assertEquals(
                "class com.acme.Decode is not on the class path; add its jar, with MILLRACE_CLASSPATH=JAR for "
                        + "harness/millrace or -cp for java",
                problem("com.acme.Decode"));
    }

    @Test
    void shouldSuggestTheNameOfANestedClass() {
        String name = UserStagesTest.class.getName();
        assertEquals(
                "class " + name + ".Good is not on the class path; did you mean '" + name + "$Good'?",
                problem(name + ".Good"));
    }

    @Test
    void shouldRefuseAClassThatIsNoStage() {
        assertEquals("class java.lang.String is no stage; let it implement io.millrace.Stage", problem(String.class));
    }

    @Test
    void shouldRefuseAClassThatCannotBeMade() {
        assertEquals("class Abstract is abstract; name a class that can be made", problem(Abstract.class));
        assertEquals("class io.millrace.Stage is abstract; name a class that can be made", problem(Stage.class));
        assertEquals("class Hidden is not public; make it public", problem(Hidden.class));
        assertEquals(
                "class WithParameter has no public constructor without parameters; add one",
                problem(WithParameter.class));
        assertEquals(
                "class Inner has no public constructor without parameters; add one, and make the class static",
                problem(Inner.class));
    }

    @Test
    void shouldSayWhatTheConstructorThrew() {
        assertEquals(
                "class Throwing can't be made: its constructor threw IllegalStateException: no licence found; "
                        + "correct the class",
                problem(Throwing.class));
        assertEquals(
                "class ThrowingWhenInitialized can't be made: its constructor threw NumberFormatException: "
                        + "For input string: \"x\"; correct the class",
                problem(ThrowingWhenInitialized.class));
    }

    @Test
    void shouldSayWhyAClassFileDoesNotLoad(@TempDir final Path folder) throws Exception {
        byte[] good = UserStagesTest.class
                .getResourceAsStream("UserStagesTest$Good.class")
                .readAllBytes();
        byte[] fromTheFuture = good.clone();
        fromTheFuture[7] = 120;
        Files.write(folder.resolve("Future.class"), fromTheFuture);
        Files.write(folder.resolve("Broken.class"), new byte[] {1, 2, 3, 4, 5});
        Files.write(folder.resolve("Renamed.class"), good);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            int java = Runtime.version().feature();
            assertEquals(
                    "class Future was compiled for a newer Java than " + java + "; run with that one, or compile "
                            + "it with --release " + java,
                    problem("Future"));
            assertTrue(
                    problem("Broken")
                            .matches("class Broken can't be loaded \\(ClassFormatError: .*\\); " + "compile it again"),
                    problem("Broken"));
            assertTrue(
                    problem("Renamed")
                            .matches("class Renamed can't be loaded \\(.*wrong name.*\\); add what it "
                                    + "needs to the class path, and mind upper and lower case"),
                    problem("Renamed"));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
