package org.styleinv.motion.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.styleinv.network.checkpoint.Directions;

/**
 * The motion models in use: a stream keeps the one that it began with, for its frames depend on it, new streams begin with
 * the newest, and one that was replaced is freed with its last stream. On the engine's thread, as any model.
 */
public final class ReplaceableMotion implements MotionModel {
    private static final class Owner {
        private final MotionModel motion;
        private int scenes;

        Owner(MotionModel motion) {
            this.motion = motion;
        }
    }

    private record Owned(Owner owner, Scene scene) implements Scene {
        @Override
        public String model() {
            return scene.model();
        }
    }

    private final Set<Owner> all = new HashSet<>();
    private volatile Owner newest;

    public ReplaceableMotion(MotionModel first) {
        newest = new Owner(first);
        all.add(newest);
    }

    /** New streams begin with {@code next}. */
    void replace(MotionModel next) {
        Owner before = newest;
        newest = new Owner(next);
        all.add(newest);
        freeIfIdle(before);
    }

    private void freeIfIdle(Owner owner) {
        if (owner != newest && owner.scenes == 0) {
            all.remove(owner);
            owner.motion.close();
        }
    }

    /** Models in memory. */
    int models() {
        return all.size();
    }

    @Override
    public String digest() {
        return newest.motion.digest();
    }

    @Override
    public int wDim() {
        return newest.motion.wDim();
    }

    @Override
    public int resolution() {
        return newest.motion.resolution();
    }

    @Override
    public Directions directions() {
        return newest.motion.directions();
    }

    @Override
    public Scene begin(float[] w0, float[] x0, long motionSeed, Edits edits) {
        Owner owner = newest;
        Scene scene = owner.motion.begin(w0, x0, motionSeed, edits);
        owner.scenes++;
        return new Owned(owner, scene);
    }

    @Override
    public List<float[]> latents(List<Step> steps) {
        Map<Owner, List<Integer>> places = new LinkedHashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            Owner owner = ((Owned) steps.get(i).scene()).owner();
            places.computeIfAbsent(owner, key -> new ArrayList<>()).add(i);
        }
        float[][] latents = new float[steps.size()][];
        places.forEach((owner, own) -> {
            List<float[]> made = owner.motion.latents(
                    own.stream().map(place -> bare(steps.get(place))).toList());
            for (int i = 0; i < own.size(); i++) {
                latents[own.get(i)] = made.get(i);
            }
        });
        return List.of(latents);
    }

    private static Step bare(Step step) {
        return new Step(((Owned) step.scene()).scene(), step.index(), step.timeStep(), step.stride());
    }

    @Override
    public void end(Scene scene) {
        Owned owned = (Owned) scene;
        owned.owner().motion.end(owned.scene());
        owned.owner().scenes--;
        freeIfIdle(owned.owner());
    }

    @Override
    public void close() {
        all.forEach(owner -> owner.motion.close());
        all.clear();
    }
}
