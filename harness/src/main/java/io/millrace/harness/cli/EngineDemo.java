package io.millrace.harness.cli;

/** Where {@code demo} meets the engine and the traffic driver. */
final class EngineDemo {
    private EngineDemo() {
    }

    static int run(DemoOptions options) {
        throw CommandFailure.failed("demo is not built yet; wait for the engine");
    }
}
