package org.styleinv.trainer.command.option;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.stage.EncoderStage;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Published names, in any case, as the constants that they stand for. */
public abstract class Named<E extends Enum<E>> implements ITypeConverter<E> {
    private final Class<E> type;

    private Named(Class<E> type) {
        this.type = type;
    }

    @Override
    public E convert(String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> each.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("wants one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(each -> each.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + ", got " + name));
    }

    /** {@code const}, {@code none}, {@code random}. */
    public static final class NoiseMode extends Named<Noise.Mode> {
        NoiseMode() {
            super(Noise.Mode.class);
        }
    }

    /** {@code Ranger}, {@code Adam}. */
    public static final class Optimiser extends Named<EncoderStage.Optim> {
        Optimiser() {
            super(EncoderStage.Optim.class);
        }
    }
}
