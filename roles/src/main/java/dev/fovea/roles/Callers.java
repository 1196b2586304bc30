package dev.fovea.roles;

import dev.fovea.kernel.Caller;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Who is asking in this thread. The security filter says it for a request, {@link #as} for
 * background work. In a request that nobody has vouched for it is {@link #NOBODY}; outside requests
 * it is Fovea itself.
 */
public final class Callers {
  /** May nothing and sees nothing. */
  public static final Caller NOBODY = new Caller("nobody", "", Set.of());

  private static final Caller FOVEA = new Caller("fovea", "*", Set.of(Caller.Role.SERVICE));
  private static final ThreadLocal<@Nullable Caller> CURRENT = new ThreadLocal<>();

  private Callers() {}

  /** Who asks; never absent. */
  public static Caller current() {
    var caller = CURRENT.get();
    return caller == null ? FOVEA : caller;
  }

  /** Does the work as this caller; afterwards the thread is whose it was. */
  public static <T extends @Nullable Object> T as(Caller caller, Callable<T> work)
      throws Exception {
    var before = CURRENT.get();
    CURRENT.set(caller);
    try {
      return work.call();
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }

  /** The same for work without a result. */
  public static void run(Caller caller, Runnable work) {
    try {
      Callers.<@Nullable Void>as(
          caller,
          () -> {
            work.run();
            return null;
          });
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a Runnable throws no checked exception", e);
    }
  }

  /** A service of Fovea, in its own name. */
  public static Caller service(ServiceRole role) {
    return new Caller("fovea/" + role.id(), "*", Set.of(Caller.Role.SERVICE));
  }
}
