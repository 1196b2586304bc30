package dev.fovea.lab;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.lab.agent.AgentFailed;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.lab.agent.local.LocalCpu;
import dev.fovea.lab.profiling.Profiles;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A lab whose only device is the processor of this machine. It measures while it is asked: a job is
 * done when {@link #request} returns.
 */
public final class OwnMachine implements Lab {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Name device;
  private final ObjectStore objects;
  private final LocalCpu agent;
  private final Map<Digest, ProfileJob> jobs = new ConcurrentHashMap<>();

  /**
   * @param device what rules call this machine
   * @param objects where models are, and samples go
   */
  public OwnMachine(Name device, ObjectStore objects) {
    this.device = device;
    this.objects = objects;
    this.agent = new LocalCpu(device, objects::local);
  }

  @Override
  public List<Device> devices() {
    return List.of(device(device));
  }

  @Override
  public Device device(Name name) {
    requireOwn(name);
    return new Device(
        device,
        agent.kind(),
        Device.State.IDLE,
        agent.facts(),
        Optional.empty(),
        Instant.now(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public List<Profile> profiles(Name name) {
    requireOwn(name);
    return jobs.values().stream().flatMap(job -> job.profile().stream()).toList();
  }

  @Override
  public ProfileJob request(ProfileRequest request) {
    requireOwn(request.device());
    var id = Digest.sha256(request.toString().getBytes(StandardCharsets.UTF_8));
    return jobs.computeIfAbsent(id, _ -> done(id, request));
  }

  @Override
  public ProfileJob job(Digest id) {
    return Optional.ofNullable(jobs.get(id))
        .orElseThrow(() -> new NoSuchThing("profile job", id.toString(), "ask for the profile"));
  }

  private ProfileJob done(Digest id, ProfileRequest request) {
    var assignment =
        new Assignment(request.model(), request.input(), request.warmUp(), request.samples());
    return new ProfileJob(
        id, device, ProfileJob.State.DONE, 0, Optional.of(measured(assignment)), Optional.empty());
  }

  private Profile measured(Assignment assignment) {
    long start = System.nanoTime();
    var task = new FutureTask<>(() -> agent.measure(assignment));
    Thread.ofPlatform().daemon().name("profile-" + device).start(task);
    try {
      var measurement = task.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      var waited = Duration.ofNanos(System.nanoTime() - start);
      var raw = objects.put(JSON.writeValueAsBytes(measurement));
      return Profiles.of(device, assignment, measurement, raw, waited, Clock.systemUTC().instant());
    } catch (TimeoutException _) {
      throw new AgentFailed(
          device.text(),
          "no result within %s".formatted(LONGEST),
          "profile this model on a faster machine");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException problem
          ? problem
          : new AgentFailed(
              device.text(), String.valueOf(e.getCause()), "try again on a quiet machine");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while it measured", e);
    } finally {
      task.cancel(true);
    }
  }

  private void requireOwn(Name name) {
    if (!name.equals(device)) {
      throw new NoSuchThing("device", name.text(), "this machine is %s alone".formatted(device));
    }
  }
}
