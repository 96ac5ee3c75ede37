package io.millrace.afxdp;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.KeyTypes;
import io.millrace.xdp.AttachMode;

/** Where an XDP program hooks in. {@code offload}, which other tools know, is refused with the reason. */
record AttachPoint() implements KeyType<AttachMode> {
    private static final KeyType<AttachMode> MODES = KeyTypes.choice(AttachMode.class);
    private static final String OFFLOAD = "offload";

    @Override
    public AttachMode read(ConfigValue value) throws BadValue {
        if (OFFLOAD.equals(value.unwrapped())) {
            throw new BadValue("is offload, and a program that runs in the network card can't send frames to AF_XDP"
                    + " sockets; write " + expected());
        }
        return MODES.read(value);
    }

    @Override
    public String write(AttachMode value) {
        return MODES.write(value);
    }

    @Override
    public String expected() {
        return MODES.expected();
    }
}
