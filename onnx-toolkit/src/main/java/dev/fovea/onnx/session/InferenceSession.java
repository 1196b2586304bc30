package dev.fovea.onnx.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;

/**
 * A loaded model that answers tensors with tensors. Many threads may call {@link #run} at the same
 * time; {@link #close} waits for them.
 *
 * <p>ONNX Runtime is never given bytes from outside: a model is read by {@link OnnxReader}, which
 * refuses external data, functions and malformed files, and is written anew. So both see the same
 * model, and no file of the model's choosing is opened. What a model computes is not bounded here:
 * run models from strangers in a process of their own.
 */
public final class InferenceSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final ReadWriteLock openness = new ReentrantReadWriteLock();
  private final OrtSession session;
  private final Map<String, TensorSpec> inputs;
  private final Map<String, TensorSpec> outputs;
  private boolean closed;

  private InferenceSession(OnnxModel model, SessionSettings settings) throws OrtException {
    try (var options = OrtOptimiser.options(settings)) {
      session = environment.createSession(OnnxWriter.bytes(model), options);
    }
    try {
      inputs = specs(session.getInputInfo());
      outputs = specs(session.getOutputInfo());
    } catch (OrtException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /**
   * Loads a file.
   *
   * @throws dev.fovea.onnx.graph.UnreadableOnnx if it is no model, or has external data
   * @throws InferenceFailed if ONNX Runtime cannot run it
   */
  public static InferenceSession open(Path model, SessionSettings settings) {
    return open(OnnxReader.read(model), settings);
  }

  /**
   * Loads the bytes of a file.
   *
   * @throws dev.fovea.onnx.graph.UnreadableOnnx if they are no model, or refer to external data
   * @throws InferenceFailed if ONNX Runtime cannot run it
   */
  public static InferenceSession open(byte[] model, SessionSettings settings) {
    return open(OnnxReader.read(model), settings);
  }

  /**
   * Loads a model that is in memory.
   *
   * @throws InferenceFailed if ONNX Runtime cannot run it
   */
  public static InferenceSession open(OnnxModel model, SessionSettings settings) {
    try {
      return new InferenceSession(model, settings);
    } catch (OrtException e) {
      throw InferenceFailed.loading(String.valueOf(e.getMessage()));
    }
  }

  /** The tensors to feed, in the model's order. */
  public List<TensorSpec> inputs() {
    return List.copyOf(inputs.values());
  }

  /** The tensors that come out, in the model's order. */
  public List<TensorSpec> outputs() {
    return List.copyOf(outputs.values());
  }

  /**
   * Runs the model for all its outputs.
   *
   * @param tensors every input by name
   * @return every output by name, in the model's order
   * @throws RefusedTensor if a name, a shape or an element type does not fit; nothing was run then,
   *     unless an integer output exceeds 2^24
   * @throws InferenceFailed if ONNX Runtime fails on the way
   * @throws IllegalStateException if the session is closed
   */
  public Map<String, FloatTensor> run(Map<String, FloatTensor> tensors) {
    return run(tensors, outputs.keySet());
  }

  /**
   * Runs the model and reads back only some outputs.
   *
   * @param wanted names of outputs; the answer keeps their order
   * @throws RefusedTensor as {@link #run(Map)}
   */
  public Map<String, FloatTensor> run(Map<String, FloatTensor> tensors, Collection<String> wanted) {
    var answers = new LinkedHashMap<String, FloatTensor>();
    run(tensors, wanted, answers::put);
    return answers;
  }

  /**
   * Runs the model and hands over one output at a time, so that only one is held twice.
   *
   * @param wanted names of outputs, in the order in which they are handed over
   * @throws RefusedTensor as {@link #run(Map)}
   */
  public void run(
      Map<String, FloatTensor> tensors,
      Collection<String> wanted,
      BiConsumer<String, FloatTensor> answer) {
    check(tensors);
    var names = new LinkedHashSet<>(wanted);
    for (var name : names) {
      if (!outputs.containsKey(name)) {
        throw RefusedTensor.unknown("output", name, outputs.keySet());
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("wanted outputs: none (expected: at least one)");
    }
    openness.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("session: closed (expected: open)");
      }
      runOpen(tensors, names, answer);
    } catch (OrtException e) {
      throw InferenceFailed.running(String.valueOf(e.getMessage()));
    } finally {
      openness.readLock().unlock();
    }
  }

  /** Frees the model; waits for runs that are under way. Closing twice does nothing. */
  @Override
  public void close() {
    openness.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime did not close a session", e);
    } finally {
      openness.writeLock().unlock();
    }
  }

  private void runOpen(
      Map<String, FloatTensor> tensors, Set<String> names, BiConsumer<String, FloatTensor> answer)
      throws OrtException {
    var fed = new LinkedHashMap<String, OnnxTensor>();
    try {
      for (var input : inputs.values()) {
        var tensor = tensors.get(input.name());
        if (tensor != null) {
          fed.put(input.name(), Conversion.toNative(environment, input, tensor));
        }
      }
      try (var result = session.run(fed, names)) {
        for (var name : names) {
          if (!(result.get(name).orElse(null) instanceof OnnxTensor output)) {
            throw RefusedTensor.type(name, "a sequence or a map, not a tensor");
          }
          answer.accept(name, Conversion.toFloats(name, output));
        }
      }
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private void check(Map<String, FloatTensor> tensors) {
    for (var name : tensors.keySet()) {
      if (!inputs.containsKey(name)) {
        throw RefusedTensor.unknown("input", name, inputs.keySet());
      }
    }
    for (var input : inputs.values()) {
      var tensor = tensors.get(input.name());
      if (tensor == null) {
        throw RefusedTensor.missing(input);
      }
      if (!input.accepts(tensor.shape())) {
        throw RefusedTensor.shape(input, tensor.shape());
      }
    }
  }

  private static Map<String, TensorSpec> specs(Map<String, NodeInfo> infos) {
    var byName = new LinkedHashMap<String, TensorSpec>();
    infos.forEach((name, info) -> {
      if (!(info.getInfo() instanceof TensorInfo tensor)) {
        throw RefusedTensor.type(name, "a sequence or a map, not a tensor");
      }
      var shape = Arrays.stream(tensor.getShape()).boxed().toList();
      byName.put(name, new TensorSpec(name, type(name, tensor), shape));
    });
    return byName;
  }

  /** ONNX Runtime's constants have ONNX's names but numbers of their own. */
  private static DataType type(String name, TensorInfo tensor) {
    return Arrays.stream(DataType.values())
        .filter(type -> type.name().equals(tensor.type.name()))
        .findFirst()
        .orElseThrow(() -> RefusedTensor.type(name, "element type " + tensor.type));
  }
}
