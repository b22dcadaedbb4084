package org.styleinv.mesh.fault;

import java.util.List;
import org.styleinv.mesh.fault.watch.Checker.Violation;

/**
 * One fault and what came of it.
 *
 * @param recovery   seconds: the longest pause that a viewer saw from the fault on
 * @param newcomer   seconds until a viewer who came with the fault saw its first frame
 * @param frames     seen by all viewers
 * @param kept       records of the topic that were held against the truth
 * @param violations all that was wrong
 */
record Round(String kind, double recovery, double newcomer, int frames, int kept, List<Violation> violations) {}
