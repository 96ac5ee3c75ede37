package io.millrace.lab.conformance;

import java.util.concurrent.Callable;

/** Two interfaces of one namespace, such as a virtual machine's cards on a hub. */
record LocalWire(String sender, String senderMac, String receiver, String engineKeys) implements Wire {
    @Override
    public <T> T atSender(Callable<T> task) {
        return here(task);
    }

    @Override
    public <T> T atReceiver(Callable<T> task) {
        return here(task);
    }

    private static <T> T here(Callable<T> task) {
        try {
            return task.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
