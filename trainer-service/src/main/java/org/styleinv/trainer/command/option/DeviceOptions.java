package org.styleinv.trainer.command.option;

import org.styleinv.trainer.device.Devices;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a stage computes. */
public final class DeviceOptions {
    @Option(
            names = "--gpus",
            defaultValue = "1",
            description = "GPUs that share each batch; 1 is also a CPU (default ${DEFAULT-VALUE})")
    public int gpus;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    /**
     * @param batch items a step
     * @param group of the discriminator's minibatch standard deviation
     * @throws ParameterException where there are not so many, or the batch does not divide
     */
    public Devices open(int batch, int group) {
        try {
            Devices devices = Devices.gpus(gpus);
            devices.check(batch, group);
            return devices;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--gpus: " + e.getMessage(), e);
        }
    }
}
