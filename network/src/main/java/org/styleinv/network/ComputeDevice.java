package org.styleinv.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.util.cuda.CudaUtils;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The device that networks compute on, by the setting {@code styleinv.device}, a system property, or else the environment's
 * {@code STYLEINV_DEVICE}: {@code auto} (the default: the first CUDA device, the CPU where there is none), {@code cpu}, or {@code cuda:N}.
 */
public final class ComputeDevice {
    private static final String SETTING = "styleinv.device";
    private static final Pattern CUDA = Pattern.compile("cuda:([0-9]{1,3})");

    private ComputeDevice() {}

    /** @throws IllegalArgumentException if the setting names no device, or one that is not here */
    public static Device chosen() {
        String environment = System.getenv().getOrDefault("STYLEINV_DEVICE", "auto");
        return parse(System.getProperty(SETTING, environment));
    }

    static Device parse(String setting) {
        String wanted = setting.strip().toLowerCase(Locale.ROOT);
        Engine engine = Engine.getEngine("PyTorch");
        if (wanted.isEmpty() || wanted.equals("auto")) {
            return engine.defaultDevice();
        }
        if (wanted.equals("cpu")) {
            return Device.cpu();
        }
        Matcher cuda = CUDA.matcher(wanted);
        if (!cuda.matches()) {
            throw new IllegalArgumentException(SETTING + " must be auto, cpu or cuda:N, got \"" + setting + "\"");
        }
        int number = Integer.parseInt(cuda.group(1));
        int there = engine.getGpuCount();
        if (number >= there) {
            throw new IllegalArgumentException(SETTING + " is " + wanted + ", but "
                    + (there == 0
                            ? "libtorch sees no CUDA device here: take cpu or auto, or see docs/gpu.md"
                            : "libtorch sees " + there + " CUDA devices here: take cuda:0 to cuda:" + (there - 1)));
        }
        return Device.gpu(number);
    }

    /** Bytes of its memory that are in use, by this process and by others, as CUDA says; empty on a CPU, and where CUDA does not say it. */
    public static OptionalLong memoryInUse() {
        Device device = chosen();
        if (!device.isGpu()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(CudaUtils.getGpuMemory(device).getUsed());
        } catch (RuntimeException | LinkageError e) {
            return OptionalLong.empty();
        }
    }

    /** A manager of arrays there; the caller closes it. */
    public static NDManager manager() {
        return NDManager.newBaseManager(chosen(), "PyTorch");
    }
}
