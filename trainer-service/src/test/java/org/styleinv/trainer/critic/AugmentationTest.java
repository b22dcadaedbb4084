package org.styleinv.trainer.critic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.augment.AugmentPipe;
import org.styleinv.trainer.command.option.AugmentOptions;
import org.styleinv.trainer.critic.Augmentation.Config;
import org.styleinv.trainer.critic.Augmentation.Mode;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.stage.Stage;
import picocli.CommandLine;

class AugmentationTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private static double step(Augmentation augmentation, long step, int items, double signSum) {
        Map<String, Double> figures = new HashMap<>();
        augmentation.judged(Map.of(Scores.SIGNS, signSum / items), items);
        augmentation.adapt(step, items, figures);
        return figures.get(Augmentation.P);
    }

    private Augmentation ada(double p) {
        return new Augmentation(manager, new Config(Mode.ADA, p, 0.6, 500, AugmentPipe.BGC));
    }

    /** The mean sign of four steps decides, and p moves by items * 4 / 500,000. */
    @Test
    void everyFourthStepMovesThePTowardsTheTarget() {
        Augmentation augmentation = ada(0);
        assertEquals(0, step(augmentation, 0, 32, 32));
        assertEquals(0, step(augmentation, 1, 32, 32));
        assertEquals(0, step(augmentation, 2, 32, 32));
        assertEquals(32 * 4 / 500_000.0, step(augmentation, 3, 32, 0), 1e-9); // 0.75 > 0.6
        for (int i = 4; i < 7; i++) {
            assertEquals(32 * 4 / 500_000.0, step(augmentation, i, 32, 32), 1e-9);
        }
        assertEquals(0, step(augmentation, 7, 32, -32), 1e-9); // 0.5: what steps before the fourth said is forgotten
    }

    @Test
    void pIsNeverBelowZeroAndMayPassOne() {
        Augmentation augmentation = ada(0);
        Augmentation full = ada(1);
        for (int i = 0; i < 4; i++) {
            assertEquals(0, step(augmentation, i, 8, -8));
            step(full, i, 8, 8);
        }
        assertTrue(step(full, 4, 8, 8) > 1);
    }

    @Test
    void aFixedPStays() {
        Augmentation augmentation = new Augmentation(manager, new Config(Mode.FIXED, 0.25, 0.6, 500, AugmentPipe.BGC));
        for (int i = 0; i < 8; i++) {
            assertEquals(0.25, step(augmentation, i, 8, 8));
        }
        assertEquals(Map.of(), augmentation.state());
    }

    @Test
    void withoutAugmentationPicturesAreTheSameArrayAndThereIsNoP() {
        Augmentation augmentation = new Augmentation(manager, Config.NONE);
        NDArray x = manager.ones(new Shape(2, 3, 8, 8));
        assertSame(x, augmentation.apply(pass(), x, List.of()));
        Map<String, Double> figures = new HashMap<>();
        augmentation.adapt(3, 2, figures);
        assertEquals(Map.of(), figures);
    }

    /** Half of a batch is augmented as in the whole: what a picture gets is its own. */
    @Test
    void whatHappensToAPictureDoesNotDependOnItsBatchMates() {
        Augmentation augmentation = ada(1);
        Draws draws = new Draws(5, 7, 1);
        NDArray x = draws.normal(manager, 4, 3, 16, 16);
        List<Draws> each = draws.each(Draws.Shown.REAL, 4);
        float[] whole = augmentation.apply(pass(), x, each).toFloatArray();
        Draws again = new Draws(5, 7, 1);
        float[] last = augmentation
                .apply(pass(), x.get("2:3"), again.each(Draws.Shown.REAL, 4).subList(2, 3))
                .toFloatArray();
        int size = 3 * 16 * 16;
        assertArrayEquals(Arrays.copyOfRange(whole, 2 * size, 3 * size), last, 1e-5f);
        assertFalse(Arrays.equals(x.toFloatArray(), whole), "with probability 1 pictures change");
    }

    private Pass pass() {
        return Pass.inference(manager, new Weights(manager));
    }

    @CommandLine.Command
    private static final class Stage {
        @CommandLine.Mixin
        AugmentOptions augment;
    }

    private static Config options(String... arguments) {
        Stage stage = new Stage();
        new CommandLine(stage).parseArgs(arguments);
        return stage.augment.config(500);
    }

    @Test
    void optionsHaveThePublishedNamesAndDefaults() {
        assertEquals(Config.NONE, options());
        assertEquals(new Config(Mode.ADA, 0, 0.6, 500, AugmentPipe.BGC), options("--aug", "ada"));
        assertEquals(
                new Config(Mode.ADA, 0, 0.7, 500, AugmentPipe.named("bgcfnc")),
                options("--aug=ada", "--target=0.7", "--augpipe=bgcfnc"));
        assertEquals(new Config(Mode.FIXED, 0.2, 0.6, 500, AugmentPipe.BGC), options("--aug=fixed", "--p=0.2"));
    }

    @ParameterizedTest
    @CsvSource({
        "'--aug=some', '--aug must be noaug, ada or fixed, got some'",
        "'--p=0.2', '--p wants --aug fixed, got --aug noaug'",
        "'--target=0.5 --aug=fixed --p=0.1', '--target wants --aug ada, got --aug fixed'",
        "'--aug=fixed', '--aug fixed wants a probability: --p 0.2'",
        "'--aug=fixed --p=2', 'p must be from 0 to 1, got 2.0'",
        "'--augpipe=bgc', '--augpipe wants --aug ada or --aug fixed, got --aug noaug'",
    })
    void optionsThatDoNotFitAreRefusedByName(String arguments, String sentence) {
        CommandLine.ParameterException refusal =
                assertThrows(CommandLine.ParameterException.class, () -> options(arguments.split(" ")));
        assertEquals(sentence, refusal.getMessage());
    }
}
