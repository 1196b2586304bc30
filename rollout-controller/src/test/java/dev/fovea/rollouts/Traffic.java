package dev.fovea.rollouts;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;

/** Clients that send one request after the other until they are stopped. */
public final class Traffic implements AutoCloseable {
  private static final int CLIENTS = 3;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicLong stable = new AtomicLong();
  private final AtomicLong canary = new AtomicLong();
  private volatile boolean stopped;

  private Traffic() {}

  /** What came back. */
  public record Report(long stable, long canary, List<String> failures) {}

  /** One answer. */
  public record Reply(int status, String arm, String body) {}

  /**
   * Begins to send images, nine of ten of them clear, to {@code <address>/v2/models/lamp/infer}.
   */
  public static Traffic to(URI address) {
    var traffic = new Traffic();
    for (int i = 0; i < CLIENTS; i++) {
      traffic.threads.execute(() -> traffic.send(address));
    }
    return traffic;
  }

  private void send(URI address) {
    while (!stopped) {
      try {
        boolean clear = ThreadLocalRandom.current().nextInt(10) > 0;
        var reply = once(address, pixels(clear ? 0.9 : 0.51));
        (reply.arm().equals("canary") ? canary : stable).incrementAndGet();
        if (reply.status() != 200) {
          failures.add(reply.toString());
        }
      } catch (IOException e) {
        failures.add(e.toString());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Waits for the last answers. */
  public Report stop() throws InterruptedException {
    stopped = true;
    threads.shutdown();
    threads.awaitTermination(30, TimeUnit.SECONDS);
    return new Report(stable.get(), canary.get(), failures);
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }

  /** Sends one body. */
  public static Reply once(URI address, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(address + "/v2/models/lamp/infer"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    var response = HTTP.send(request.build(), BodyHandlers.ofString());
    return new Reply(
        response.statusCode(),
        response.headers().firstValue("Fovea-Arm").orElse(""),
        response.body());
  }

  /** A request with one image of this brightness, 0 to 1, as numbers. */
  public static String pixels(double brightness) {
    var data = (brightness + ",").repeat(15) + brightness;
    return "{\"inputs\":[{\"name\":\"pixels\",\"shape\":[1,1,4,4],\"datatype\":\"FP32\",\"data\":[%s]}]}"
        .formatted(data);
  }

  /** A request with one encoded image. */
  public static String image(byte[] encoded) {
    return "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"%s\"]}]}"
        .formatted(Base64.getEncoder().encodeToString(encoded));
  }

  /** A grey PNG of this brightness, 0 to 255. */
  public static byte[] png(int brightness) {
    var image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64; i++) {
      image.setRGB(i % 8, i / 8, new Color(brightness, brightness, brightness).getRGB());
    }
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
