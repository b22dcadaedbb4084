package org.styleinv.trainer.command.option;

import ai.djl.ndarray.NDManager;
import org.styleinv.network.Pass.Precision;
import picocli.CommandLine.Option;

/** Whether convolutions compute in bfloat16. */
public final class PrecisionOption {
    @Option(
            names = "--bf16",
            description =
                    "convolutions in bfloat16, where the machine has instructions for it (CUDA, or a CPU with AVX-512); "
                            + "regularisers stay in float32")
    boolean asked;

    /** Bfloat16 if it is asked for and pays here; that it does not is said. */
    public Precision on(NDManager manager) {
        if (!asked) {
            return Precision.FLOAT32;
        }
        Precision precision = Precision.bfloat16WhereItPays(manager);
        if (precision == Precision.FLOAT32) {
            System.err.println(
                    "--bf16 is left out: this CPU has no AVX-512, where it takes about ten times as long as float32");
        }
        return precision;
    }
}
