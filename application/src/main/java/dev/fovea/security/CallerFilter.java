package dev.fovea.security;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.Callers;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who calls, asks the table, and runs the rest of the request as that caller. A token
 * that is wrong is refused even where the route is open, so that a client with an old token learns
 * it.
 */
final class CallerFilter extends OncePerRequestFilter {
  /** Where a caller is sought. */
  interface Source {
    Found find(HttpServletRequest request);
  }

  /** What was found. */
  sealed interface Found {
    record Nobody() implements Found {}

    record Wrong() implements Found {}

    /** Whoever knows tokens gives no answer. */
    record Unknowable(String remedy) implements Found {}

    /**
     * Somebody who is known.
     *
     * @param process whether one of Fovea's own processes vouches for the caller: it may use its
     *     routes for whomever it works
     */
    record Somebody(Caller caller, boolean process) implements Found {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(CallerFilter.class);
  private static final Caller PROCESS = new Caller("fovea", "*", Set.of(Caller.Role.SERVICE));

  /** How MLflow's clients name their project. */
  private static final String WORKSPACE = "X-MLFLOW-WORKSPACE";

  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final List<Source> sources;
  private final Refusals refusals;
  private final AtomicLong silentUntil = new AtomicLong(System.nanoTime());

  CallerFilter(List<Source> sources, Refusals refusals) {
    this.sources = List.copyOf(sources);
    this.refusals = refusals;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var found = Optional.<Found.Somebody>empty();
    for (var source : sources) {
      switch (sought(source, request)) {
        case Found.Unknowable(var remedy) -> {
          refusals.unavailable(request, response, remedy);
          return;
        }
        case Found.Wrong _ -> {
          refusals.wrongToken(request, response);
          return;
        }
        case Found.Somebody somebody -> found = Optional.of(somebody);
        case Found.Nobody _ -> {}
      }
      if (found.isPresent()) {
        break;
      }
    }
    var caller = found.map(Found.Somebody::caller).orElse(Callers.NOBODY);
    var judged = found.map(somebody -> somebody.process() ? PROCESS : somebody.caller());
    var workspace = Optional.ofNullable(request.getHeader(WORKSPACE));
    switch (Decision.on(request.getMethod(), request.getRequestURI(), workspace, judged)) {
      case Decision.Allowed(var project) ->
          proceed(project.map(caller::in).orElse(caller), request, response, chain);
      case Decision.SignIn _ -> refusals.signIn(request, response);
      case Decision.Forbidden forbidden -> refusals.forbidden(request, response, forbidden);
      case Decision.NotForBuilds _ -> refusals.notForBuilds(request, response);
      case Decision.OutOfScope(var scopes) -> refusals.outOfScope(request, response, scopes);
      case Decision.Unknown(var project) -> refusals.unknown(request, response, project);
    }
  }

  /** Who can't be asked about is not nobody: the same request succeeds later. */
  private Found sought(Source source, HttpServletRequest request) {
    try {
      return source.find(request);
    } catch (Problem e) {
      if (e.kind() != Problem.Kind.UNAVAILABLE) {
        throw e;
      }
      warn(e.explanation());
      return new Found.Unknowable(e.remedy());
    } catch (DataAccessException | TransactionException e) {
      warn(String.valueOf(e.getMessage()));
      return new Found.Unknowable("try again shortly; if it lasts, see Fovea's log");
    }
  }

  /** Now and then: a thousand requests a second need no thousand lines. */
  private void warn(String why) {
    long now = System.nanoTime();
    long until = silentUntil.get();
    if (now - until >= 0 && silentUntil.compareAndSet(until, now + SILENCE.toNanos())) {
      LOG.warn("tokens can't be checked: {}", why);
    }
  }

  private static void proceed(
      Caller caller, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      Callers.as(
          caller,
          () -> {
            chain.doFilter(request, response);
            return true;
          });
    } catch (IOException | ServletException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ServletException(e);
    }
  }
}
