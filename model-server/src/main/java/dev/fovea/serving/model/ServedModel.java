package dev.fovea.serving.model;

import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceFailed;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import dev.fovea.onnx.session.TensorSpec;
import dev.fovea.serving.protocol.InputTensor;
import dev.fovea.serving.protocol.OutputTensor;
import dev.fovea.serving.protocol.ProtocolError;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.ServedDetector;
import dev.fovea.vision.ImageLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model that takes one FP32 tensor, its first axis counting images, or the encoded images
 * themselves. Safe for many threads.
 */
public final class ServedModel implements AutoCloseable {
  /** The added outputs' names. */
  public static final String PROBABILITIES = "probabilities";

  public static final String LABEL = "label";

  // Bounds the memory of one run; the server runs the pieces of a larger request one after the
  // other.
  private static final int MOST_AT_ONCE = 16;

  private final InferenceSession session;
  private final TensorSpec input;
  private final String encodedInput;
  private final Optional<Head> head;
  private final Optional<TiledDetector> tiled;
  private final EncodedImages encoded;
  private final PreprocessSpec preprocess;
  private final int mostElements;

  /** The output that holds one score a class. */
  private record Head(String output, List<String> classes, Scores scores) {}

  private ServedModel(
      InferenceSession session,
      TensorSpec input,
      Optional<Head> head,
      Optional<TiledDetector> tiled,
      EncodedImages encoded,
      PreprocessSpec preprocess,
      int mostElements) {
    this.session = session;
    this.input = input;
    this.encodedInput = input.name().equals("image") ? "encoded_image" : "image";
    this.head = head;
    this.tiled = tiled;
    this.encoded = encoded;
    this.preprocess = preprocess;
    this.mostElements = mostElements;
  }

  /**
   * Loads the file and checks that classes and preprocessing fit it.
   *
   * @param label what to call it in messages
   * @param classes names in the order of the scores; empty for a model that doesn't classify
   * @param detector of a model that sees images in tiles; it takes one encoded image and answers
   *     with the objects in it
   * @param images what an encoded image may be
   * @param mostElements how many images one request may hold
   * @param patience how long a client waits
   * @throws ModelNotServable when they don't
   * @throws dev.fovea.onnx.graph.UnreadableOnnx when the file is no ONNX
   */
  public static ServedModel load(
      Path file,
      String label,
      List<String> classes,
      PreprocessSpec preprocess,
      Optional<ServedDetector> detector,
      ImageLimits images,
      int mostElements,
      Duration patience) {
    var model = OnnxReader.read(file);
    // One thread a run: many runs at a time beat many threads in one for models of this size.
    var session = InferenceSession.open(model, SessionSettings.defaults().withIntraOpThreads(1));
    try {
      var fit = new Fit(label, classes, preprocess, session);
      var input = fit.input();
      return new ServedModel(
          session,
          input,
          fit.scoresOutput().map(output -> head(model, output, classes)),
          detector.map(each ->
              TiledDetector.checked(label, session, input, each, preprocess, images, patience)),
          new EncodedImages(preprocess, images),
          preprocess,
          mostElements);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Head head(OnnxModel model, String output, List<String> classes) {
    return new Head(output, classes, Scores.of(model.graph(), output));
  }

  /** What a client may send: one of these. */
  public List<TensorInfo> inputs() {
    if (tiled.isPresent()) {
      return List.of(new TensorInfo(encodedInput, "BYTES", List.of(1L)));
    }
    var shape = new ArrayList<>(input.shape());
    if (shape.getFirst() == 1) {
      shape.set(0, TensorSpec.DYNAMIC); // a model for one image runs once for each
    }
    return List.of(
        new TensorInfo(input.name(), "FP32", shape),
        new TensorInfo(encodedInput, "BYTES", List.of(TensorSpec.DYNAMIC)));
  }

  /** What a client may ask for. */
  public List<TensorInfo> outputs() {
    if (tiled.isPresent()) {
      return TiledDetector.OUTPUTS;
    }
    var raw =
        session.outputs().stream()
            .map(output -> new TensorInfo(output.name(), "FP32", anyBatch(output.shape())));
    var added =
        head.stream()
            .flatMap(each ->
                Stream.of(
                    new TensorInfo(
                        PROBABILITIES, "FP32", List.of(-1L, (long) each.classes().size())),
                    new TensorInfo(LABEL, "BYTES", List.of(-1L))));
    return Stream.concat(raw, added).toList();
  }

  /** Runs the model on zeros, so that the first client doesn't wait for what is done lazily. */
  public void warmUp(int runs) {
    var shape = shape(1);
    var zeros = new FloatTensor(shape, new float[(int) shape[0] * encoded.length()]);
    for (int i = 0; i < runs; i++) {
      session.run(Map.of(input.name(), zeros));
    }
  }

  /**
   * Answers one request.
   *
   * @throws ProtocolError when the tensors don't fit the model, or the model fails on them
   */
  public Answers answer(List<InputTensor> tensors) {
    if (tensors.size() != 1) {
      throw ProtocolError.badRequest(
          "%d inputs (expected: one, either '%s' or '%s')"
              .formatted(tensors.size(), input.name(), encodedInput));
    }
    try {
      return switch (tensors.getFirst()) {
        case InputTensor.Bytes bytes when bytes.name().equals(encodedInput) -> images(bytes);
        case InputTensor other when tiled.isPresent() ->
            throw ProtocolError.badRequest(
                "input '%s' with this datatype is not in the model (expected: '%s' BYTES, one image, of which the server makes tiles itself)"
                    .formatted(Text.excerpt(other.name()), encodedInput));
        case InputTensor.Floats floats when floats.name().equals(input.name()) -> tensor(floats);
        case InputTensor other ->
            throw ProtocolError.badRequest(
                "input '%s' with this datatype is not in the model (expected: '%s' FP32 or '%s' BYTES)"
                    .formatted(Text.excerpt(other.name()), input.name(), encodedInput));
      };
    } catch (InferenceFailed e) {
      throw hasFreeAxes()
          ? ProtocolError.badRequest(e.explanation())
          : ProtocolError.failed(e.explanation());
    } catch (Problem e) {
      throw ProtocolError.badRequest("%s; %s".formatted(e.explanation(), e.remedy()));
    }
  }

  private Answers tensor(InputTensor.Floats floats) {
    var shape = floats.shape();
    checkCount(shape.length == 0 ? 0 : shape[0]);
    int images = (int) shape[0];
    int perImage = floats.data().length / images;
    return inPieces(
        images,
        (from, count) -> {
          var pieceShape = shape.clone();
          pieceShape[0] = count;
          var data = floats.data();
          if (count != images) {
            data = Arrays.copyOfRange(data, from * perImage, (from + count) * perImage);
          }
          return new FloatTensor(pieceShape, data);
        });
  }

  private Answers images(InputTensor.Bytes bytes) {
    if (bytes.shape().length != 1) {
      throw ProtocolError.badRequest(
          "input '%s': %d axes (expected: 1, the number of images)"
              .formatted(encodedInput, bytes.shape().length));
    }
    if (tiled.isPresent()) {
      return new Answers(tiled.get().answer(only(bytes)), List.of());
    }
    checkCount(bytes.elements().size());
    return inPieces(
        bytes.elements().size(),
        (from, count) ->
            new FloatTensor(shape(count), encoded.batch(bytes.elements(), from, count)));
  }

  private static byte[] only(InputTensor.Bytes bytes) {
    if (bytes.elements().size() != 1) {
      throw ProtocolError.badRequest(
          "%d images in a request (expected: 1, since each takes as many passes as it has tiles)"
              .formatted(bytes.elements().size()));
    }
    return bytes.elements().getFirst();
  }

  private void checkCount(long images) {
    if (images < 1 || images > mostElements) {
      throw ProtocolError.badRequest(
          "%d images in a request (expected: 1 to %d)".formatted(images, mostElements));
    }
    long fixed = input.shape().getFirst();
    if (fixed > 1 && images % fixed != 0) {
      throw ProtocolError.badRequest(
          "%d images in a request (expected: a multiple of %d, which the model takes at a time)"
              .formatted(images, fixed));
    }
  }

  private interface Piece {
    FloatTensor of(int from, int count);
  }

  private Answers inPieces(int images, Piece piece) {
    long fixed = input.shape().getFirst();
    int step = fixed == TensorSpec.DYNAMIC ? MOST_AT_ONCE : (int) fixed;
    var joined = new OutputJoiner(images);
    for (int from = 0; from < images; from += step) {
      int count = Math.min(step, images - from);
      joined.add(session.run(Map.of(input.name(), piece.of(from, count))));
    }
    var raw = joined.outputs();
    return new Answers(
        List.copyOf(raw), head.map(each -> answers(each, raw, images)).orElse(List.of()));
  }

  private static List<Answer> answers(Head head, List<OutputTensor.Floats> raw, int images) {
    int classes = head.classes().size();
    for (var output : raw) {
      if (output.name().equals(head.output()) && output.data().length == images * classes) {
        var answers = new ArrayList<Answer>(images);
        for (int i = 0; i < images; i++) {
          var row = head.scores().probabilities(output.data(), i * classes, classes);
          answers.add(Answer.of(head.classes(), row));
        }
        return answers;
      }
    }
    throw ProtocolError.failed(
        "output '%s' has no %d scores for each of %d images"
            .formatted(head.output(), classes, images));
  }

  private boolean hasFreeAxes() {
    return input.shape().stream().skip(1).anyMatch(size -> size == TensorSpec.DYNAMIC);
  }

  private long[] shape(int images) {
    long fixed = input.shape().getFirst();
    return new long[] {
      fixed == TensorSpec.DYNAMIC ? images : Math.max(images, fixed),
      preprocess.colour().channels(),
      preprocess.height(),
      preprocess.width()
    };
  }

  private static List<Long> anyBatch(List<Long> shape) {
    if (shape.isEmpty() || shape.getFirst() != 1) {
      return shape;
    }
    var any = new ArrayList<>(shape);
    any.set(0, TensorSpec.DYNAMIC);
    return any;
  }

  @Override
  public void close() {
    session.close();
  }
}
