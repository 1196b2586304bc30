package dev.fovea.onnx.export.archive;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.archive.UnreadablePt2.Flaw;
import dev.fovea.onnx.export.program.ExportedProgram;
import dev.fovea.onnx.export.program.InputSpec;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An archive of {@code torch.export.save}, PyTorch 2.9 or later: one program and its raw tensors.
 *
 * <p>Of the zip only the JSON files and the raw weights are read. Sample inputs, custom objects and
 * everything else that Python would unpickle or load as native code stays closed, so opening an
 * archive runs nothing of it.
 */
public final class Pt2Archive implements AutoCloseable {
  private static final Pattern PAYLOAD = Pattern.compile("[A-Za-z0-9_]{1,128}");
  private static final Pattern ROOT = Pattern.compile("(.{1,1024})/archive_format");
  private static final Pattern MODEL = Pattern.compile("models/([^/]{1,256})\\.json");
  private static final int SMALL_BYTES = 64;
  private static final long SMALL_TENSORS_BYTES = 16L << 20;

  /** Same bytes seen the same way: tied weights become one tensor. */
  private record Window(String entry, TensorMeta meta) {}

  private final StoredZip zip;
  private final Pt2Limits limits;
  private final String root;
  private final ExportedProgram program;
  private final Map<InputSpec.Kind, Map<String, Payload>> payloads;
  private final Map<String, ByteBuffer> storages = new HashMap<>();
  private final Map<Window, Tensor> tensors = new HashMap<>();
  private long tensorBytes;

  private Pt2Archive(StoredZip zip, Pt2Limits limits) throws IOException {
    this.zip = zip;
    this.limits = limits;
    this.root = root(zip);
    requireText("archive_format", "pt2");
    requireText("archive_version", "0");
    requireText("byteorder", "little");
    var model = model();
    var entry = root + "models/" + model + ".json";
    this.program =
        ProgramReader.read(entry, zip.read(entry, limits.maxJsonBytes()), limits.maxItems());
    this.payloads =
        Map.of(
            InputSpec.Kind.WEIGHT, config("data/weights/" + model + "_weights_config.json"),
            InputSpec.Kind.CONSTANT, config("data/constants/" + model + "_constants_config.json"));
  }

  /**
   * Opens an archive within the default limits and reads its program; tensors are read when asked
   * for.
   *
   * @throws UnreadablePt2 if it is no archive that can be converted
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Pt2Archive open(Path file) {
    return open(file, Pt2Limits.DEFAULT);
  }

  /**
   * The same as {@link #open(Path)} with limits of the caller's.
   *
   * @throws UnreadablePt2 if it is no archive that can be converted
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Pt2Archive open(Path file, Pt2Limits limits) {
    try {
      var zip = StoredZip.open(file, limits);
      try {
        return new Pt2Archive(zip, limits);
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a file looks like an archive of {@code torch.export.save}, of any version. */
  public static boolean isPt2(Path file) {
    try (var zip = StoredZip.open(file, Pt2Limits.DEFAULT)) {
      return zip.names().stream()
          .anyMatch(name ->
              ROOT.matcher(name).matches() || name.equals("serialized_exported_program.json"));
    } catch (IOException | UnreadablePt2 _) {
      return false;
    }
  }

  public ExportedProgram program() {
    return program;
  }

  /**
   * A weight, buffer or constant in C order and without a name.
   *
   * @throws UnreadablePt2 if the archive has none, keeps it as a pickle, or describes it wrongly
   */
  public Tensor tensor(InputSpec.Stored stored) {
    var name = stored.qualifiedName();
    var payload = payloads.getOrDefault(stored.kind(), Map.of()).get(name);
    if (payload == null) {
      throw UnreadablePt2.tensor("'%s': listed in no config", Text.excerpt(name));
    }
    if (payload.pickled() || payload.meta().isEmpty()) {
      throw new UnreadablePt2(
          Flaw.PICKLE,
          ".pt2: '%s' is stored as a Python pickle".formatted(Text.excerpt(name)),
          "Export a model of plain tensors (no tensor subclasses or script objects); pickles are"
              + " never opened, because they can run code.");
    }
    if (!PAYLOAD.matcher(payload.file()).matches()) {
      throw UnreadablePt2.tensor(
          "'%s': payload '%s' (expected: letters, digits, underscores)",
          Text.excerpt(name), Text.excerpt(payload.file()));
    }
    var folder = stored.kind() == InputSpec.Kind.WEIGHT ? "data/weights/" : "data/constants/";
    var window = new Window(root + folder + payload.file(), payload.meta().get());
    var known = tensors.get(window);
    if (known == null) {
      known = read(name, window);
      tensors.put(window, known);
    }
    return known;
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Tensor read(String name, Window window) {
    var strided = StridedTensor.of(name, window.meta);
    if (!zip.has(window.entry)) {
      throw UnreadablePt2.tensor("'%s': its bytes are missing", Text.excerpt(name));
    }
    long stored = zip.size(window.entry);
    if (stored == 0 && strided.elements() > 0) {
      throw UnreadablePt2.tensor(
          "'%s': saved without its values (a fake tensor)", Text.excerpt(name));
    }
    strided.requireWithin(name, stored);
    spend(name, strided.bytes());
    return strided.gather(storage(window.entry));
  }

  /** Counts what overlapping or zero-stride windows would multiply, before it is allocated. */
  private void spend(String name, long bytes) {
    // Twice the archive leaves room for views of one storage; more than that is a trick.
    long most = Math.min(limits.maxTensorBytes(), 2 * zip.bytes() + SMALL_TENSORS_BYTES);
    if (bytes > Math.min(Integer.MAX_VALUE - 8, most - tensorBytes)) {
      throw UnreadablePt2.tooLarge(
          "tensor '%s' takes %d bytes after %d of others (expected: <= %d in all)",
          Text.excerpt(name), bytes, tensorBytes, most);
    }
    tensorBytes += bytes;
  }

  private ByteBuffer storage(String entry) {
    var bytes = storages.get(entry);
    if (bytes == null) {
      bytes = bytes(entry, Integer.MAX_VALUE - 8);
      storages.put(entry, bytes);
    }
    return bytes;
  }

  private Map<String, Payload> config(String path) {
    var entry = root + path;
    return zip.has(entry)
        ? Payload.readAll(entry, bytes(entry, limits.maxJsonBytes()), limits.maxItems())
        : Map.of();
  }

  private ByteBuffer bytes(String entry, int maxBytes) {
    try {
      return zip.read(entry, maxBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder that holds everything: the file's name at the time it was saved. */
  private static String root(StoredZip zip) {
    if (zip.has("serialized_exported_program.json")) {
      throw tooOld("PyTorch 2.7 or earlier, with pickled weights");
    }
    var roots =
        zip.names().stream()
            .map(ROOT::matcher)
            .filter(matcher -> matcher.matches())
            .map(matcher -> matcher.group(1) + "/")
            .toList();
    if (roots.size() != 1) {
      throw UnreadablePt2.archive(
          "%d entries named archive_format (expected: 1); was this saved by torch.export.save?",
          roots.size());
    }
    return roots.getFirst();
  }

  /** The name of the only model. */
  private String model() {
    var names =
        zip.names().stream()
            .filter(name -> name.startsWith(root))
            .map(name -> MODEL.matcher(name.substring(root.length())))
            .filter(matcher -> matcher.matches())
            .map(matcher -> matcher.group(1))
            .toList();
    if (names.size() != 1) {
      throw UnreadablePt2.archive("%d models (expected: 1)", names.size());
    }
    if (zip.has(root + "data/weights/" + names.getFirst() + ".pt")) {
      throw tooOld("PyTorch 2.8, with pickled weights");
    }
    return names.getFirst();
  }

  private void requireText(String entry, String expected) {
    var text =
        StandardCharsets.US_ASCII.decode(bytes(root + entry, SMALL_BYTES)).toString().strip();
    if (!text.equals(expected)) {
      throw new UnreadablePt2(
          Flaw.VERSION,
          ".pt2: %s '%s' (expected: '%s')".formatted(entry, Text.excerpt(text), expected),
          "Save the program with PyTorch 2.9 or later on a little-endian machine.");
    }
  }

  private static UnreadablePt2 tooOld(String writer) {
    return new UnreadablePt2(
        Flaw.VERSION,
        ".pt2: saved by %s, which are never opened".formatted(writer),
        "With PyTorch 2.9 or later: ep = torch.export.load(old); torch.export.save(ep, new).");
  }
}
