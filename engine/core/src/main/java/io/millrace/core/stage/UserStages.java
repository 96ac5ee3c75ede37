package io.millrace.core.stage;

import io.millrace.Stage;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

/** Loads the stage classes that a config names, from the thread's context class loader, which embedders can set. */
public final class UserStages {

    private UserStages() {}

    /**
     * Makes a stage.
     *
     * @throws StageLoadException if {@link #find} throws one, or if the constructor throws
     */
    public static Stage load(String className) throws StageLoadException {
        Constructor<? extends Stage> constructor = find(className);
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw failed(className, e.getCause());
        } catch (LinkageError e) {
            throw failed(className, e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new StageLoadException(
                    "class " + className + " is not accessible (" + oneLine(e.getMessage())
                            + "); make it public, and export its package if it is in a module",
                    e);
        }
    }

    /**
     * Finds the class and its constructor, without running code of the class.
     *
     * @throws StageLoadException if the class can't be loaded, is no stage, or has no public constructor without
     *                            parameters
     */
    public static Constructor<? extends Stage> find(String className) throws StageLoadException {
        Class<? extends Stage> type = stageType(loadClass(className));
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw new StageLoadException("class " + className + " is abstract; name a class that can be made", null);
        }
        if (!Modifier.isPublic(type.getModifiers())) {
            throw new StageLoadException("class " + className + " is not public; make it public", null);
        }
        try {
            return type.getConstructor();
        } catch (NoSuchMethodException e) {
            throw new StageLoadException(
                    "class " + className + " has no public constructor without parameters; add " + "one"
                            + (isInner(type) ? ", and make the class static" : ""),
                    e);
        } catch (LinkageError e) {
            throw unlinkable(className, e);
        }
    }

    private static Class<?> loadClass(String className) throws StageLoadException {
        try {
            return Class.forName(className, false, classLoader());
        } catch (ClassNotFoundException e) {
            String nested = nestedName(className);
            throw new StageLoadException(
                    "class " + className + " is not on the class path; "
                            + (nested != null
                                    ? "did you mean '" + nested + "'?"
                                    : "add its jar, with MILLRACE_CLASSPATH=JAR for harness/millrace or -cp for java"),
                    e);
        } catch (LinkageError e) {
            throw unlinkable(className, e);
        }
    }

    private static ClassLoader classLoader() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return loader == null ? UserStages.class.getClassLoader() : loader;
    }

    /** Tries the name with $ for its last dot, since people write nested classes as in source code. */
    private static String nestedName(String className) {
        int dot = className.lastIndexOf('.');
        if (dot < 0) {
            return null;
        }
        String nested = className.substring(0, dot) + "$" + className.substring(dot + 1);
        try {
            Class.forName(nested, false, classLoader());
            return nested;
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    private static Class<? extends Stage> stageType(Class<?> type) throws StageLoadException {
        if (!Stage.class.isAssignableFrom(type)) {
            throw new StageLoadException(
                    "class " + type.getName() + " is no stage; let it implement " + Stage.class.getName(), null);
        }
        return type.asSubclass(Stage.class);
    }

    private static boolean isInner(Class<?> type) {
        return type.isMemberClass() && !Modifier.isStatic(type.getModifiers());
    }

    private static StageLoadException unlinkable(String className, LinkageError e) {
        String problem = switch (e) {
            case UnsupportedClassVersionError version ->
                " was compiled for a newer Java than "
                        + Runtime.version().feature() + "; run with that one, or compile it with --release "
                        + Runtime.version().feature();
            case NoClassDefFoundError missing ->
                " can't be loaded (" + oneLine(e.getMessage()) + "); add what it "
                        + "needs to the class path, and mind upper and lower case";
            default -> " can't be loaded (" + describe(e) + "); compile it again";
        };
        return new StageLoadException("class " + className + problem, e);
    }

    private static StageLoadException failed(String className, Throwable cause) {
        return new StageLoadException(
                "class " + className + " can't be made: its constructor threw " + describe(cause)
                        + "; correct the class",
                cause);
    }

    private static String describe(Throwable e) {
        String name = e.getClass().getSimpleName();
        return e.getMessage() == null ? name : name + ": " + oneLine(e.getMessage());
    }

    private static String oneLine(String text) {
        return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
