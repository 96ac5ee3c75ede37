package io.millrace.lab.system.faults;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Set;

/**
 * A Java agent that puts {@link Faults#step} in front of each call by which the engine gets something that it has to
 * give back: every call into the kernel or a native library, of files, memory and threads. So the calls need not be
 * listed anywhere: one that is new is found, too.
 */
public final class FailingCalls implements ClassFileTransformer {
    private static final String ENGINE = "io/millrace/";
    private static final String BINDINGS = ENGINE + "bindings/";
    private static final String LAB = ENGINE + "lab/";
    /** It loses a line rather than throw into a native library. */
    private static final String LOG = ENGINE + "xdp/LibbpfLog";

    private static final ClassDesc FAULTS = Faults.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc STEP = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);
    private static final MethodTypeDesc ASKS = MethodTypeDesc.of(ConstantDescs.CD_boolean);
    /** Classes of the JDK by which the engine gets files, memory and threads. */
    private static final Set<String> JDK = Set.of(
            "java/lang/Thread",
            "java/lang/Thread$Builder",
            "java/lang/Thread$Builder$OfPlatform",
            "java/lang/foreign/Arena",
            "java/nio/ByteBuffer",
            "java/nio/file/Files",
            "java/nio/channels/FileChannel");
    /** Of these, what gets something. */
    private static final Set<String> JDK_CALLS = Set.of(
            "start",
            "ofShared",
            "allocate",
            "allocateDirect",
            "open",
            "readString",
            "writeString",
            "createDirectories");
    /** Classes of the bindings that only compute. */
    private static final Set<String> PURE = Set.of(BINDINGS + "Errno");
    /** What gives back: if that did not happen, something would be left by the test's own fault. */
    private static final String GIVING_BACK =
            "close|munmap|discard|shutdown|queueExit|bpf_object__close|bpf_link_detach|bpf_map_delete_elem|kill";

    private FailingCalls() {}

    /** Called by the JVM before the main class. */
    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(new FailingCalls());
    }

    @Override
    public byte[] transform(
            ClassLoader loader, String className, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
        if (className == null
                || !className.startsWith(ENGINE)
                || className.startsWith(BINDINGS)
                || className.startsWith(LAB)
                || className.equals(LOG)) {
            return null;
        }
        try {
            ClassFile files = ClassFile.of();
            ClassModel model = files.parse(bytes);
            String name = className.substring(className.lastIndexOf('/') + 1);
            return files.transformClass(model, ClassTransform.ofStateful(() -> (builder, element) -> {
                if (element instanceof MethodModel method) {
                    builder.transformMethod(
                            method,
                            MethodTransform.transformingCode(
                                    CodeTransform.ofStateful(() -> new Steps(name, isWarmUp(name, method)))));
                } else {
                    builder.with(element);
                }
            }));
        } catch (RuntimeException e) {
            e.printStackTrace(); // the JVM would swallow it
            throw e;
        }
    }

    private static boolean isWarmUp(String className, MethodModel method) {
        return className.equals("WarmUp") && method.methodName().equalsString("run");
    }

    /** Puts the call in front of each step of a method. */
    private static final class Steps implements CodeTransform {
        private final String className;
        private final boolean isWarmUp;
        private int line;

        Steps(String className, boolean isWarmUp) {
            this.className = className;
            this.isWarmUp = isWarmUp;
        }

        @Override
        public void atStart(CodeBuilder builder) {
            if (isWarmUp) {
                builder.invokestatic(FAULTS, "skipsWarmUp", ASKS).ifThen(CodeBuilder::return_);
            }
        }

        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            if (element instanceof LineNumber number) {
                line = number.line();
            } else if (element instanceof InvokeInstruction call && isStep(call)) {
                builder.ldc(className + ":" + line + " " + simpleName(call) + "."
                                + call.name().stringValue())
                        .invokestatic(FAULTS, "step", STEP);
            }
            builder.with(element);
        }

        private static String simpleName(InvokeInstruction call) {
            String owner = call.owner().asInternalName();
            return owner.substring(owner.lastIndexOf('/') + 1);
        }

        private static boolean isStep(InvokeInstruction call) {
            String owner = call.owner().asInternalName();
            String name = call.name().stringValue();
            if (JDK.contains(owner)) {
                return JDK_CALLS.contains(name);
            }
            if (!owner.startsWith(BINDINGS) || PURE.contains(owner) || name.matches(GIVING_BACK)) {
                return false;
            }
            boolean isHeader = owner.endsWith("_h");
            boolean isConstant = isHeader && call.typeSymbol().parameterCount() == 0;
            boolean isByHand = owner.indexOf('/', BINDINGS.length()) < 0
                    && call.opcode() == java.lang.classfile.Opcode.INVOKESTATIC;
            return isHeader && !isConstant || isByHand;
        }
    }
}
