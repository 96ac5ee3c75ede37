package io.millrace.afxdp;

import io.millrace.spi.PolledQueues;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.Key;
import java.util.List;
import java.util.OptionalInt;

/** The receive queues of a port's interface. */
final class InterfaceQueues implements PolledQueues {
    @Override
    public Key<?> key() {
        return AfXdpKeys.QUEUES;
    }

    @Override
    public OptionalInt count(PortSettings port) {
        QueueSelection queues = port.get(AfXdpKeys.QUEUES);
        return queues.all()
                ? OptionalInt.empty()
                : OptionalInt.of(queues.queues().size());
    }

    @Override
    public int[] numbers(PortSettings port) {
        return AfXdpPortOpener.queueIds(port);
    }

    @Override
    public PortSettings withOnly(PortSettings port, int number) {
        return port.with(AfXdpKeys.QUEUES, QueueSelection.of(List.of(number)));
    }
}
