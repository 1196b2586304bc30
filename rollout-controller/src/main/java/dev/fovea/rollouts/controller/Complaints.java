package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Problem;
import dev.fovea.rollouts.servers.NotReadyYet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps things from being as they should, in the log once as long as it stays the same. */
final class Complaints {
  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

  private final Map<Object, String> said = new ConcurrentHashMap<>();

  /** Says it unless it was the last thing said of this. */
  void say(Object what, String words) {
    if (!words.equals(said.put(what, words))) {
      LOG.warn("{} {}", what, words);
    }
  }

  /** All is well with it. */
  void end(Object what) {
    said.remove(what);
  }

  /** Whether it says that something can't be known or done now: no reason to end a rollout. */
  static boolean passes(Exception e) {
    return e instanceof NotReadyYet
        || e instanceof Problem problem && problem.kind() == Problem.Kind.UNAVAILABLE;
  }

  /** What happened and what to do. */
  static String sentence(Exception e) {
    return e instanceof Problem problem
        ? "%s; %s".formatted(problem.explanation(), problem.remedy())
        : String.valueOf(e.getMessage());
  }
}
