package dev.fovea.rollouts.packaging;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Folders;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.serving.ModelDescription;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes them by Jib, without Docker and, on the base {@code scratch} or one in a file, without a
 * network; then gives them to an image registry.
 *
 * <p>An image on {@code scratch} holds the model server, ONNX Runtime's libraries, the model and
 * its description, and no Java runtime and no C library: it can be inspected, copied and diffed,
 * and runs once a base that has both is configured.
 */
public final class JibModelImages implements ModelImages {
  private static final String SCRATCH = "scratch";
  private static final int PORT = 8080;
  private static final String NOBODY = "65532:65532";
  private static final List<String> ENTRY_POINT =
      List.of(
          "java",
          "-XX:MaxRAMPercentage=60",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+UseSerialGC",
          "--enable-native-access=ALL-UNNAMED",
          "-Donnxruntime.native.path=/app/native",
          "-cp",
          "/app/lib/*",
          "dev.fovea.serving.ModelServerMain",
          "/model");

  private final Path work;
  private final String base;
  private final ObjectStore objects;
  private final ImageRegistry registry;
  private final boolean plainHttpBase;
  private boolean partsWritten;

  /**
   * @param work where layers are kept between builds; made when it isn't there
   * @param base {@code scratch}, {@code tar://} and the path of a {@code docker save} archive, or a
   *     registry reference
   * @param plainHttpBase whether the base's registry is spoken to without TLS
   */
  private JibModelImages(
      Path work, String base, boolean plainHttpBase, ObjectStore objects, ImageRegistry registry) {
    this.work = work;
    this.base = base;
    this.plainHttpBase = plainHttpBase;
    this.objects = objects;
    this.registry = registry;
  }

  /**
   * Images in an OCI layout.
   *
   * @param folder the layout's folder; made when it isn't there
   * @param base {@code scratch}, {@code tar://} and the path of a {@code docker save} archive, or a
   *     registry reference
   */
  public static JibModelImages inLayout(Path folder, String base, ObjectStore objects) {
    return new JibModelImages(folder.resolve(".work"), base, false, objects, new OciLayout(folder));
  }

  /**
   * Images in a registry.
   *
   * @param folder where layers are kept between builds; made when it isn't there
   * @param base as for a layout; of the hosts with plain HTTP it may be too
   */
  public static JibModelImages inRegistry(
      Path folder, String base, ObjectStore objects, RegistrySettings settings) {
    return new JibModelImages(
        folder.resolve(".work"),
        base,
        settings.plainHttp(base.replaceFirst("/.*$", "")),
        objects,
        new OciRegistry(settings, Thread::sleep));
  }

  @Override
  public String reference(Served served, Digest image) {
    return registry.reference(ImageName.of(served), image);
  }

  @Override
  public synchronized Digest build(Served served) throws IOException {
    var name = ImageName.of(served);
    Files.createDirectories(work);
    var folder = Files.createTempDirectory(work, "image-");
    try (var model = objects.local(served.plan().variant())) {
      var description = folder.resolve(ModelDescription.DESCRIPTION_FILE);
      Files.write(description, describe(served));
      var tar = folder.resolve("image.tar");
      var container =
          image(served, model.path(), description)
              .containerize(
                  Containerizer.to(TarImage.at(tar).named(name.toString()))
                      .setOfflineMode(base.equals(SCRATCH) || base.startsWith("tar://"))
                      .setAllowInsecureRegistries(plainHttpBase)
                      .setBaseImageLayersCache(work.resolve("base-cache"))
                      .setApplicationLayersCache(work.resolve("layer-cache"))
                      .setToolName("fovea"));
      var manifest = Digest.parse(container.getDigest().toString());
      registry.push(BuiltImage.unpack(tar, folder.resolve("blobs"), manifest), name);
      return manifest;
    } catch (InvalidImageReferenceException e) {
      throw new PackagingFailed(
          name.toString(),
          "the base '%s' is no image reference".formatted(base),
          "set fovea.rollouts.packaging.base to scratch, tar:///a/path.tar or a reference such as eclipse-temurin:25-jre");
    } catch (RegistryException | ExecutionException | CacheDirectoryCreationException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "image %s on the base %s: %s".formatted(name, base, cause.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("image %s: interrupted".formatted(name), e);
    } finally {
      Folders.remove(folder);
    }
  }

  private JibContainerBuilder image(Served served, Path model, Path description)
      throws IOException, InvalidImageReferenceException {
    var plan = served.plan();
    var parts = parts();
    var builder = base.equals(SCRATCH) ? Jib.fromScratch() : Jib.from(base);
    return builder
        .setFormat(ImageFormat.OCI)
        .setPlatforms(Set.of(new Platform(ServerParts.architecture(), "linux")))
        .addLayer(List.of(parts.resolve("lib")), "/app")
        .addLayer(List.of(parts.resolve("native")), "/app")
        .addFileEntriesLayer(layer(model, ModelDescription.MODEL_FILE))
        .addFileEntriesLayer(layer(description, ModelDescription.DESCRIPTION_FILE))
        .setEntrypoint(ENTRY_POINT)
        // ONNX Runtime 1.29 reports to its makers unless told not to, and crashes doing so where
        // there is no shell.
        .addEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1")
        .setExposedPorts(Port.tcp(PORT))
        .setUser(NOBODY)
        .setLabels(labels(served));
  }

  private static Map<String, String> labels(Served served) {
    var plan = served.plan();
    var labels =
        new TreeMap<>(
            Map.of(
                "org.opencontainers.image.title",
                plan.model().text(),
                "org.opencontainers.image.version",
                Integer.toString(plan.number()),
                "dev.fovea.project",
                served.project().text(),
                "dev.fovea.variant",
                plan.variant().toString(),
                "dev.fovea.release",
                plan.release().toString(),
                "dev.fovea.preprocess",
                plan.preprocess().digest().toString()));
    plan.detector()
        .ifPresent(
            detector -> labels.put("dev.fovea.detector", detector.spec().digest().toString()));
    return labels;
  }

  private static FileEntriesLayer layer(Path file, String name) {
    return FileEntriesLayer.builder()
        .setName(name)
        .addEntry(file, AbsoluteUnixPath.get("/model/" + name))
        .build();
  }

  private static byte[] describe(Served served) {
    var plan = served.plan();
    return JsonMapper.builder()
        .build()
        .writeValueAsBytes(
            new ModelDescription(
                plan.model(),
                Integer.toString(plan.number()),
                plan.variant(),
                plan.classes(),
                plan.preprocess(),
                plan.detector()));
  }

  /**
   * The server's files; written anew by each process, since another Fovea may have left those that
   * are there.
   */
  private Path parts() throws IOException {
    var parts = work.resolve("server");
    if (!partsWritten) {
      Folders.remove(parts);
      ServerParts.write(parts);
      partsWritten = true;
    }
    return parts;
  }
}
