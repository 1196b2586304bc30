package dev.fovea.lab.remote;

import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.agent.Facts;
import dev.fovea.lab.fleet.Order;
import dev.fovea.lab.fleet.Orders;
import dev.fovea.roles.Callers;
import dev.fovea.roles.NotAllowed;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Answers agents. Whose device it is comes from the token, never from the request. When the lab
 * stops, questions that are held open are answered at once.
 */
@RestController
class AgentEndpoint implements AgentCalls, SmartLifecycle {
  private final Joining joining;
  private final AgentTokens tokens;
  private final RemoteDevices devices;
  private final Orders orders;
  private final Results results;
  private final ObjectStore objects;
  private final Guesses guesses = new Guesses();
  private final Times times;
  private final AgentProperties properties;
  private volatile boolean open;

  /**
   * @param longestPoll how long a question may be held open
   * @param renewEvery how often agents lengthen their leases
   */
  record Times(Duration longestPoll, Duration renewEvery) {}

  AgentEndpoint(
      Joining joining,
      AgentTokens tokens,
      RemoteDevices devices,
      Orders orders,
      Results results,
      ObjectStore objects,
      Times times,
      AgentProperties properties) {
    this.joining = joining;
    this.tokens = tokens;
    this.devices = devices;
    this.orders = orders;
    this.results = results;
    this.objects = objects;
    this.times = times;
    this.properties = properties;
  }

  @Override
  public Joined join(Join join) {
    return guarded(() -> joining.join(join));
  }

  @Override
  public Challenge challenge(Who who) {
    return new Challenge(tokens.challenge(who.device()));
  }

  @Override
  public Token token(Envelope signed) {
    return guarded(() -> joining.token(signed));
  }

  @Override
  public Poll poll(Report report) {
    var device = me();
    devices.heard(device, Facts.checked(report.facts()));
    long end = System.nanoTime() + times.longestPoll().toNanos();
    var order = orders.takeAnew(device, report.question());
    while (order.isEmpty() && open && System.nanoTime() < end) {
      try {
        Thread.sleep(properties.lookEvery());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      order = orders.takeAnew(device, report.question());
    }
    return new Poll(order.map(this::given));
  }

  @Override
  public void renew(Digest job, Held held) {
    results.renew(me(), job, held.fence());
  }

  @Override
  public Kept result(Digest job, Envelope statement) {
    return results.keep(me(), job, statement);
  }

  @Override
  public void failed(Digest job, Failure failure) {
    results.failed(me(), job, failure);
  }

  /** The model that the device was given, and no other object; below the interface's path. */
  @GetMapping("/me/models/{digest}")
  ResponseEntity<InputStreamResource> model(@PathVariable("digest") Digest digest)
      throws IOException {
    var device = me();
    if (orders.held(device).filter(order -> order.request().model().equals(digest)).isEmpty()) {
      throw new NotAllowed(
          "device %s was not given model %s".formatted(device, digest.abbreviated()),
          "ask for work; a model is handed out with the job that needs it");
    }
    long bytes = objects.size(digest);
    if (bytes > properties.largestModel().toBytes()) {
      throw new InvalidRequest(
          "model %s: %,d bytes (expected: at most %,d)"
              .formatted(digest.abbreviated(), bytes, properties.largestModel().toBytes()),
          "raise fovea.lab.agent.largest-model");
    }
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .contentLength(bytes)
        .body(new InputStreamResource(objects.open(digest)));
  }

  private Given given(Order order) {
    return new Given(
        order.job(),
        order.lease().fence(),
        order.assignment(),
        size(order.request().model()),
        times.renewEvery());
  }

  /** Of a model that is not there: nothing, and the agent says that it could not have it. */
  private long size(Digest model) {
    try {
      return objects.exists(model) ? objects.size(model) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T guarded(Supplier<T> work) {
    var address = address();
    guesses.check(address);
    try {
      return work.get();
    } catch (Problem e) {
      if (e.kind() == Problem.Kind.UNAUTHENTICATED) {
        guesses.failed(address);
      }
      throw e;
    }
  }

  private static String address() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes servlet
        ? servlet.getRequest().getRemoteAddr()
        : "here";
  }

  private static Name me() {
    var caller = Callers.current();
    return AgentTokens.device(caller)
        .orElseThrow(() ->
            new NotAllowed(
                "%s is no device of the lab".formatted(caller.subject()),
                "this is for agents: 'fovea agent'"));
  }

  @Override
  public void start() {
    open = true;
  }

  @Override
  public void stop() {
    open = false;
  }

  @Override
  public boolean isRunning() {
    return open;
  }
}
