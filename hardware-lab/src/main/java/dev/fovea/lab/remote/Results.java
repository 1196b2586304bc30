package dev.fovea.lab.remote;

import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.AgentCalls.Failure;
import dev.fovea.lab.AgentCalls.Kept;
import dev.fovea.lab.Profile;
import dev.fovea.lab.agent.AgentFailed;
import dev.fovea.lab.agent.Facts;
import dev.fovea.lab.agent.Statement;
import dev.fovea.lab.fleet.LeaseLost;
import dev.fovea.lab.fleet.Order;
import dev.fovea.lab.fleet.Orders;
import dev.fovea.lab.profiling.Implausible;
import dev.fovea.lab.profiling.Profiles;
import dev.fovea.roles.NotAllowed;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.TreeMap;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Judges what devices hand in: first whether the device signed it and for which lease, then whether
 * it can be true. A refusal of the first kind changes nothing but the audit log; one of the second
 * ends the job, as it does for a device of the lab itself.
 */
final class Results {
  private static final int MOST_CHARS = 400;

  private final RemoteDevices devices;
  private final Orders orders;
  private final ObjectStore objects;
  private final JsonMapper json;
  private final TransactionTemplate transactions;
  private final Acts acts;
  private final Duration longest;

  /**
   * @param longest how long one job may take
   */
  Results(
      RemoteDevices devices,
      Orders orders,
      ObjectStore objects,
      JsonMapper json,
      TransactionTemplate transactions,
      Acts acts,
      Duration longest) {
    this.devices = devices;
    this.orders = orders;
    this.objects = objects;
    this.json = json;
    this.transactions = transactions;
    this.acts = acts;
    this.longest = longest;
  }

  void renew(Name device, Digest job, long fence) {
    var order = held(device, job, fence);
    if (order.waited().compareTo(longest) > 0) {
      orders.settle(
          order,
          new AgentFailed(
              device.text(),
              "no result within %s".formatted(longest),
              "ask for fewer samples, or raise fovea.lab.longest-job"));
      throw new LeaseLost(device.text(), fence);
    }
    if (!orders.renew(order.lease())) {
      throw new LeaseLost(device.text(), fence);
    }
  }

  void failed(Name device, Digest job, Failure failure) {
    var order = held(device, job, failure.fence());
    var what = line(failure.what());
    Problem why =
        failure.again()
            ? new AgentFailed(device.text(), what, "look at the agent's log")
            : new InvalidRequest(
                "device %s can't run it: %s".formatted(device, what), "look at the agent's log");
    orders.settle(order, why);
  }

  Kept keep(Name device, Digest job, Envelope envelope) {
    var key = devices.key(device).orElseThrow(() -> refused(device, job, "the device has no key"));
    var bytes =
        envelope
            .verified(AgentCalls.STATEMENT_TYPE, VerifyingKey.of(key.bytes()))
            .orElseThrow(() -> refused(device, job, "the device's key did not sign this"));
    var statement = read(bytes);
    if (!statement.device().equals(device)
        || !statement.job().equals(job)
        || !statement.key().equals(key.digest())) {
      throw refused(device, job, "it is signed for another device or job");
    }
    var digest = Digest.sha256(bytes);
    var profile = orders.job(job).flatMap(known -> known.profile());
    if (profile.filter(kept -> kept.digest().equals(digest)).isPresent()) {
      return new Kept(digest);
    }
    var order = held(device, job, statement.fence());
    try {
      orders.keep(order, judged(device, order, statement, bytes, envelope));
    } catch (Implausible | InvalidRequest e) {
      orders.settle(order, e);
      throw e;
    }
    return new Kept(digest);
  }

  private Profile judged(
      Name device, Order order, Statement statement, byte[] signed, Envelope envelope) {
    if (!statement.assignment().equals(order.assignment())) {
      throw new Implausible(device.text(), "a measurement of something else than it was given");
    }
    var facts = new TreeMap<>(Facts.checked(statement.facts()));
    var profile =
        Profiles.of(
            device,
            order.assignment(),
            statement.measurement(),
            Digest.sha256(signed),
            order.waited(),
            Clock.systemUTC().instant());
    store(signed);
    return profile.sealed(
        new Profile.Seal(
            statement.key(),
            Digest.sha256(json.writeValueAsString(facts).getBytes(StandardCharsets.UTF_8)),
            envelope.signatures().getFirst().sig()));
  }

  private void store(byte[] signed) {
    try {
      objects.put(signed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Order held(Name device, Digest job, long fence) {
    return orders
        .held(device)
        .filter(order -> order.job().equals(job) && order.lease().fence() == fence)
        .orElseThrow(() -> new LeaseLost(device.text(), fence));
  }

  /** What an agent says is shown to people: one line, without control characters, cut. */
  private static String line(String text) {
    var cut = text.substring(0, Math.min(text.length(), MOST_CHARS));
    return cut.replaceAll("[\\p{C}\\s]+", " ").strip();
  }

  private Statement read(byte[] bytes) {
    try {
      return json.readValue(bytes, Statement.class);
    } catch (JacksonException e) {
      throw new InvalidRequest(
          "the statement can't be read", "run an agent of the lab's own version");
    }
  }

  private NotAllowed refused(Name device, Digest job, String why) {
    transactions.executeWithoutResult(
        _ -> acts.refused("device/" + device, "handed in a result", job.toString(), why));
    return new NotAllowed(
        "the result of device %s for job %s is refused: %s"
            .formatted(device, job.abbreviated(), why),
        "join again with a new code if the device's key was replaced");
  }
}
