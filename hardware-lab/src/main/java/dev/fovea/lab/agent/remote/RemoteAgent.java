package dev.fovea.lab.agent.remote;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.AgentCalls.Given;
import dev.fovea.lab.agent.AgentFailed;
import dev.fovea.lab.agent.DeviceAgent;
import dev.fovea.lab.agent.Facts;
import dev.fovea.lab.agent.Measurement;
import dev.fovea.lab.agent.ModelFiles;
import dev.fovea.lab.agent.Statement;
import dev.fovea.lab.agent.local.LocalCpu;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.springframework.web.client.RestClientException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures for a lab elsewhere, until it is interrupted: asks for work, measures while it lengthens
 * the lease, hands in what it signed. It can be killed at any moment; the lab gives the job to
 * another, and this agent asks for work again when it is started again.
 *
 * <p>While the lab is silent the measurement goes on, and its result is offered for as long as
 * {@link #OFFERED}: the lab decides by the lease whether it is still wanted.
 */
public final class RemoteAgent {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration OFFERED = Duration.ofMinutes(10);

  private final LabLink lab;
  private final DeviceAgent device;
  private final DeviceKey key;
  private final Consumer<String> says;

  private RemoteAgent(LabLink lab, DeviceAgent device, DeviceKey key, Consumer<String> says) {
    this.lab = lab;
    this.device = device;
    this.key = key;
    this.says = says;
  }

  /** Joins a lab by a code, and tells it what this machine is. */
  public static AgentHome.Identity join(
      AgentHome home, URI server, String code, Optional<Name> named) {
    return join(home, server, code, named, LocalCpu.machine());
  }

  /**
   * Joins a lab by a code.
   *
   * @param named the name that the code must be for, where one was given
   */
  public static AgentHome.Identity join(
      AgentHome home, URI server, String code, Optional<Name> named, Map<String, String> facts) {
    var key = DeviceKey.of(home);
    var joined =
        LabLink.door(server)
            .join(
                new AgentCalls.Join(
                    code,
                    named,
                    key.publicKey(),
                    key.sign(AgentCalls.JOIN_TYPE, code),
                    Facts.cut(facts)));
    var identity = new AgentHome.Identity(server, joined.device());
    home.keep(identity);
    return identity;
  }

  /** An agent that has joined, and measures on this machine's processor. */
  public static RemoteAgent here(
      AgentHome home, AgentHome.Identity identity, long cacheBytes, Consumer<String> says)
      throws IOException {
    return of(home, identity, cacheBytes, LocalCpu::new, says);
  }

  /**
   * An agent that has joined.
   *
   * @param cacheBytes how many bytes of models it may keep
   * @param measures makes what measures on this device
   * @param says takes a line for whoever watches
   */
  public static RemoteAgent of(
      AgentHome home,
      AgentHome.Identity identity,
      long cacheBytes,
      BiFunction<Name, ModelFiles, DeviceAgent> measures,
      Consumer<String> says)
      throws IOException {
    var key = DeviceKey.of(home);
    var lab = new LabLink(identity.server(), identity.device(), key);
    var models = new ModelCache(home.models(), cacheBytes, identity.device(), lab::model);
    return new RemoteAgent(lab, measures.apply(identity.device(), models), key, says);
  }

  /** The digest of the device's public key. */
  public String fingerprint() {
    return key.digest().toString();
  }

  /**
   * Works until it is interrupted.
   *
   * @throws Problem when the lab will not have this device any more
   */
  public void run() throws InterruptedException {
    var pause = new Backoff();
    var question = UUID.randomUUID().toString();
    while (true) {
      try {
        var report = new AgentCalls.Report(question, Facts.cut(device.facts()));
        var given = lab.call(calls -> calls.poll(report)).given();
        pause.reset();
        question = UUID.randomUUID().toString();
        if (given.isPresent()) {
          work(given.get());
        }
      } catch (Problem | RestClientException e) {
        if (isFinal(e)) {
          throw e;
        }
        says.accept("the lab can't be asked now: " + words(e));
        pause.sleep();
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("the agent was stopped");
      }
    }
  }

  private void work(Given given) throws InterruptedException {
    var job = given.job().abbreviated();
    says.accept(
        "job %s: measures model %s, %d inferences"
            .formatted(
                job, given.assignment().model().abbreviated(), given.assignment().samples()));
    try {
      var measured = measured(given);
      var statement =
          new Statement(
              device.device(),
              key.digest(),
              given.job(),
              given.fence(),
              given.assignment(),
              measured.latenciesMillis(),
              measured.memoryBytes(),
              Facts.cut(measured.facts()));
      var signed = key.sign(AgentCalls.STATEMENT_TYPE, JSON.writeValueAsBytes(statement));
      var kept = insisting(calls -> calls.result(given.job(), signed)).profile();
      says.accept("job %s: the lab keeps profile %s".formatted(job, kept.abbreviated()));
    } catch (InterruptedException e) {
      giveBack(given, new AgentFailed(device.device().text(), "its agent was stopped", ""));
      throw e;
    } catch (Problem e) {
      if (isFinal(e)) {
        throw e;
      }
      says.accept("job %s: %s".formatted(job, words(e)));
      if (e.kind() != Problem.Kind.CONFLICT) {
        giveBack(given, e);
      }
    }
  }

  /** Measures on a thread of its own, and lengthens the lease beside it. */
  private Measurement measured(Given given) throws InterruptedException {
    var task = new FutureTask<>(() -> device.measure(given.assignment()));
    // A platform thread: a virtual one would be moved between carriers while it is timed.
    Thread.ofPlatform().daemon().name("profile-" + device.device()).start(task);
    try {
      while (true) {
        try {
          return task.get(given.renewEvery().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
          renew(given);
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Problem problem
          ? problem
          : new AgentFailed(
              device.device().text(), String.valueOf(e.getCause()), "look at the agent's log");
    } finally {
      task.cancel(true);
    }
  }

  private void renew(Given given) {
    try {
      lab.call(calls -> {
        calls.renew(given.job(), new AgentCalls.Held(given.fence()));
        return true;
      });
    } catch (Problem e) {
      if (isFinal(e) || e.kind() == Problem.Kind.CONFLICT) {
        throw e;
      }
      says.accept("the lease could not be lengthened, the measurement goes on: " + words(e));
    } catch (RestClientException e) {
      says.accept("the lease could not be lengthened, the measurement goes on: " + words(e));
    }
  }

  private <T> T insisting(java.util.function.Function<AgentCalls, T> call)
      throws InterruptedException {
    var pause = new Backoff();
    long end = System.nanoTime() + OFFERED.toNanos();
    while (true) {
      try {
        return lab.call(call);
      } catch (Problem | RestClientException e) {
        boolean silent =
            e instanceof RestClientException
                || e instanceof Problem problem && problem.kind() == Problem.Kind.UNAVAILABLE;
        if (!silent || System.nanoTime() > end) {
          throw e;
        }
        says.accept("the lab does not take the result yet: " + words(e));
        pause.sleep();
      }
    }
  }

  /** As far as the lab listens: it finds out by itself otherwise. */
  private void giveBack(Given given, Problem why) {
    try {
      boolean again = why instanceof AgentFailed;
      lab.call(calls -> {
        calls.failed(given.job(), new AgentCalls.Failure(given.fence(), why.explanation(), again));
        return true;
      });
    } catch (Problem | RestClientException e) {
      says.accept("job %s is not given back: %s".formatted(given.job().abbreviated(), words(e)));
    }
  }

  /** Whether the lab has said that this device is not one of its own. */
  private static boolean isFinal(RuntimeException e) {
    return e instanceof Problem problem
        && (problem.kind() == Problem.Kind.UNAUTHENTICATED
            || problem.kind() == Problem.Kind.FORBIDDEN);
  }

  private static String words(RuntimeException e) {
    return e instanceof Problem problem
        ? problem.explanation() + "; " + problem.remedy()
        : String.valueOf(e.getMessage());
  }
}
