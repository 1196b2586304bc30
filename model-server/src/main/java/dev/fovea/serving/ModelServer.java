package dev.fovea.serving;

import com.sun.net.httpserver.HttpServer;
import dev.fovea.serving.metrics.ArmCounters;
import dev.fovea.serving.metrics.ServerMetrics;
import dev.fovea.serving.model.RunQueue;
import dev.fovea.serving.model.ServedModel;
import dev.fovea.serving.shadow.ShadowCopies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One model behind the Open Inference Protocol v2, on a port of its own. */
public final class ModelServer implements AutoCloseable {
  /** The header with the lowest confidence among an answer's images, 0 to 1. */
  public static final String CONFIDENCE = "Fovea-Confidence";

  /**
   * The header with a word for the classes that an answer names, image by image; equal for equal
   * classes. Absent where the model doesn't classify.
   */
  public static final String ANSWER = "Fovea-Answer";

  /** The header of a copied request: its answer goes to nobody. */
  public static final String SHADOW = ShadowCopies.HEADER;

  private static final int WARM_UP_RUNS = 20;
  private static final int BACKLOG = 512;

  static {
    // The JDK's server reads these once, when it is first used. Without the first, an answer's
    // header and body are two packets
    // and the second waits up to 40 ms for the client's delayed acknowledgement; the others end
    // clients that only hold on.
    setIfAbsent("sun.net.httpserver.nodelay", "true");
    setIfAbsent("sun.net.httpserver.maxReqTime", "60");
    setIfAbsent("sun.net.httpserver.maxRspTime", "60");
    setIfAbsent("jdk.httpserver.maxConnections", "2048");
  }

  private final ModelServerConfig config;
  private final ServedModel model;
  private final RunQueue runs;
  private final FrameCapture capture;
  private final ServerMetrics metrics;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer http;
  private final Optional<HttpServer> management;
  private final ShadowCopies copies;
  private final Doorway doorway;
  private volatile boolean ready;

  private ModelServer(ModelServerConfig config, ServedModel model) throws IOException {
    this.config = config;
    this.model = model;
    http = HttpServer.create(config.bind(), BACKLOG);
    var limits = config.limits();
    runs = new RunQueue(config.name().text(), limits.runs(), limits.waiting(), limits.patience());
    metrics = new ServerMetrics(config.name().text(), config.version());
    capture = new FrameCapture(config.capture(), config.frames(), metrics, Clock.systemUTC());
    var arm = new ArmCounters();
    copies =
        new ShadowCopies(config.shadow(), limits.body(), limits.patience(), CONFIDENCE, ANSWER);
    var inference = new InferenceEndpoint(config, model, runs, metrics, capture, arm, copies);
    doorway = new Doorway(new Routes(config, model, runs, metrics, arm, inference, () -> ready));
    http.createContext("/", doorway);
    http.setExecutor(threads);
    try {
      management = management(config, copies);
    } catch (IOException e) {
      http.stop(0);
      throw e;
    }
  }

  private Optional<HttpServer> management(ModelServerConfig config, ShadowCopies copies)
      throws IOException {
    if (config.shadow().token().isEmpty()) {
      return Optional.empty();
    }
    var server = HttpServer.create(config.shadow().bind(), BACKLOG);
    server.createContext(
        "/", new ShadowRoutes(config.shadow().token().get(), config.shadow().rules(), copies));
    server.setExecutor(threads);
    return Optional.of(server);
  }

  /**
   * Loads the model, listens, warms up, and is ready when this returns.
   *
   * @throws dev.fovea.kernel.Problem when the file is no model or doesn't fit its classes and
   *     preprocessing
   * @throws UncheckedIOException when the address is taken
   */
  public static ModelServer start(ModelServerConfig config) {
    var model =
        ServedModel.load(
            config.model(),
            "%s %s".formatted(config.name(), config.version()),
            config.classes(),
            config.preprocess(),
            config.detector(),
            config.limits().images(),
            config.limits().elements(),
            config.limits().patience());
    ModelServer server;
    try {
      server = new ModelServer(config, model);
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException(
          "the model server for %s cannot listen at %s".formatted(config.name(), config.bind()), e);
    }
    try {
      server.http.start();
      server.management.ifPresent(HttpServer::start);
      model.warmUp(WARM_UP_RUNS);
      server.ready = true;
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return http.getAddress();
  }

  /** Where it is told what to copy; absent where nobody may. */
  public Optional<InetSocketAddress> managementAddress() {
    return management.map(HttpServer::getAddress);
  }

  /** The address as {@code http://host:port}. */
  public URI uri() {
    var host = address().getAddress().getHostAddress();
    var bracketed = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://%s:%d".formatted(bracketed, address().getPort()));
  }

  /** How many frames were wanted and could not be kept. */
  public long droppedFrames() {
    return metrics.dropped();
  }

  /**
   * Stops listening, answers what is under way for as long as the limits' patience, and frees the
   * model.
   */
  @Override
  public void close() {
    ready = false;
    management.ifPresent(server -> server.stop(0));
    doorway.close(config.limits().patience());
    http.stop(0);
    threads.shutdown();
    runs.close();
    capture.close();
    copies.close();
    model.close();
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
