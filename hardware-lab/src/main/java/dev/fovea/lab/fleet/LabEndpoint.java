package dev.fovea.lab.fleet;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.lab.Device;
import dev.fovea.lab.Lab;
import dev.fovea.lab.Profile;
import dev.fovea.lab.ProfileJob;
import dev.fovea.roles.Callers;
import dev.fovea.roles.NotAllowed;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RestController;

/** Answers for the lab. */
@RestController
class LabEndpoint implements Lab {
  private static final int PROFILES = 100;
  private static final int MOST_AXES = 8;
  private static final long MOST_ELEMENTS = 1L << 28;

  private final Devices devices;
  private final Jobs jobs;
  private final TransactionTemplate transactions;
  private final Consumer<Name> wake;

  /**
   * @param wake has a device's jobs worked off; called in a transaction
   */
  LabEndpoint(Devices devices, Jobs jobs, TransactionTemplate transactions, Consumer<Name> wake) {
    this.devices = devices;
    this.jobs = jobs;
    this.transactions = transactions;
    this.wake = wake;
  }

  @Override
  public List<Device> devices() {
    return devices.all();
  }

  @Override
  public Device device(Name name) {
    return devices.find(name).orElseThrow(() -> unknown(name));
  }

  private static NoSuchThing unknown(Name name) {
    return new NoSuchThing(
        "device", name.text(), "'fovea device list' lists those that the lab has");
  }

  @Override
  public List<Profile> profiles(Name name) {
    return jobs.newest(device(name).name(), PROFILES);
  }

  @Override
  public ProfileJob request(ProfileRequest request) {
    check(request);
    if (!devices.serves(request.device())) {
      throw unknown(request.device());
    }
    var id = Jobs.id(request);
    transactions.executeWithoutResult(_ -> {
      // An agent elsewhere asks for itself.
      if (jobs.add(id, request) && devices.isHere(request.device())) {
        wake.accept(request.device());
      }
    });
    return job(id);
  }

  @Override
  public ProfileJob job(Digest id) {
    return jobs.find(id)
        .orElseThrow(() ->
            new NoSuchThing(
                "profile job",
                id.toString(),
                "ask for the profile; the same request is the same job"));
  }

  private static void check(ProfileRequest request) {
    var caller = Callers.current();
    if (!caller.sees(request.project().text())) {
      throw new NotAllowed(
          "%s may not ask for profiles in project %s"
              .formatted(caller.subject(), request.project()),
          "use a token of that project");
    }
    if (request.warmUp() < 0 || request.warmUp() > 10_000) {
      throw new InvalidRequest(
          "warm-up: %d inferences (expected: 0 to 10,000)".formatted(request.warmUp()),
          "ask for fewer");
    }
    if (request.samples() < 50 || request.samples() > 100_000) {
      throw new InvalidRequest(
          "samples: %d (expected: 50 to 100,000; 368 or more for an upper end of p99)"
              .formatted(request.samples()),
          "ask for a number in that range");
    }
    if (request.input().isEmpty()
        || request.input().size() > MOST_AXES
        || elements(request.input()) > MOST_ELEMENTS) {
      throw new InvalidRequest(
          "input: %d axes (expected: 1 to %d, each 1 or more, at most %d elements together)"
              .formatted(request.input().size(), MOST_AXES, MOST_ELEMENTS),
          "give the shape of the model's input");
    }
  }

  private static long elements(List<Long> shape) {
    long elements = 1;
    for (long axis : shape) {
      if (axis < 1 || axis > MOST_ELEMENTS || elements > MOST_ELEMENTS) {
        return Long.MAX_VALUE;
      }
      elements *= axis;
    }
    return elements;
  }
}
