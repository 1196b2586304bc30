package dev.fovea.pipelines.launch.process;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How far the kernel lets this process keep a child apart: in namespaces of its own it has no
 * network, sees none of our processes, and ends with everything that it started.
 */
public enum Isolation {
  /** User, network and process namespaces. */
  UNPRIVILEGED("unshare", "-r", "-n", "-p", "--fork", "--kill-child=KILL"),
  /** Network and process namespaces, which takes root's rights where user namespaces are off. */
  PRIVILEGED("unshare", "-n", "-p", "--fork", "--kill-child=KILL"),
  /** None: the child has this machine's network. */
  NONE;

  private static final int PROBE_SECONDS = 10;

  private final List<String> prefix;

  Isolation(String... prefix) {
    this.prefix = List.of(prefix);
  }

  /** What goes before a command. */
  List<String> prefix() {
    return prefix;
  }

  /** The strongest that works here; tried out. */
  public static Isolation available() {
    for (var candidate : List.of(UNPRIVILEGED, PRIVILEGED)) {
      if (works(candidate.prefix)) {
        return candidate;
      }
    }
    return NONE;
  }

  private static boolean works(List<String> prefix) {
    var command = new java.util.ArrayList<>(prefix);
    command.add("true");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
