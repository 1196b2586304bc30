package dev.fovea.onnx.graph;

import dev.fovea.onnx.graph.Attribute.FloatAttribute;
import dev.fovea.onnx.graph.Attribute.FloatsAttribute;
import dev.fovea.onnx.graph.Attribute.GraphAttribute;
import dev.fovea.onnx.graph.Attribute.IntAttribute;
import dev.fovea.onnx.graph.Attribute.IntsAttribute;
import dev.fovea.onnx.graph.Attribute.StringAttribute;
import dev.fovea.onnx.graph.Attribute.StringsAttribute;
import dev.fovea.onnx.graph.Attribute.TensorAttribute;
import java.util.List;

/**
 * Describes models as protobuf messages: fields in the order of their numbers and without defaults,
 * as the reference implementation writes them, so that equal models give equal bytes.
 */
final class ModelEncoder {
  private ModelEncoder() {}

  static void model(OnnxModel model, ProtoSink out) {
    out.varint(1, model.irVersion());
    out.optionalString(2, model.producer());
    out.message(7, graph -> graph(model.graph(), graph));
    model
        .opsets()
        .forEach((domain, version) ->
            out.message(
                8,
                opset -> {
                  opset.optionalString(1, domain);
                  opset.varint(2, version);
                }));
    model
        .metadata()
        .forEach((key, value) ->
            out.message(
                14,
                entry -> {
                  entry.string(1, key);
                  entry.string(2, value);
                }));
  }

  private static void graph(Graph graph, ProtoSink out) {
    graph.nodes().forEach(each -> out.message(1, node -> node(each, node)));
    out.optionalString(2, graph.name());
    graph.initializers().forEach(each -> out.message(5, tensor -> tensor(each, tensor)));
    values(11, graph.inputs(), out);
    values(12, graph.outputs(), out);
    values(13, graph.valueInfos(), out);
  }

  private static void node(Node node, ProtoSink out) {
    node.inputs().forEach(name -> out.string(1, name));
    node.outputs().forEach(name -> out.string(2, name));
    out.optionalString(3, node.name());
    out.string(4, node.opType());
    node.attributes()
        .forEach((name, each) -> out.message(5, attribute -> attribute(name, each, attribute)));
    out.optionalString(7, node.domain());
  }

  private static void attribute(String name, Attribute attribute, ProtoSink out) {
    out.string(1, name);
    int type =
        switch (attribute) {
          case FloatAttribute(float value) -> {
            out.float32(2, value);
            yield 1;
          }
          case IntAttribute(long value) -> {
            out.varint(3, value);
            yield 2;
          }
          case StringAttribute(String value) -> {
            out.string(4, value);
            yield 3;
          }
          case TensorAttribute(Tensor value) -> {
            out.message(5, tensor -> tensor(value, tensor));
            yield 4;
          }
          case GraphAttribute(Graph value) -> {
            out.message(6, graph -> graph(value, graph));
            yield 5;
          }
          case FloatsAttribute(List<Float> values) -> {
            values.forEach(value -> out.float32(7, value));
            yield 6;
          }
          case IntsAttribute(List<Long> values) -> {
            values.forEach(value -> out.varint(8, value));
            yield 7;
          }
          case StringsAttribute(List<String> values) -> {
            values.forEach(value -> out.string(9, value));
            yield 8;
          }
        };
    out.varint(20, type);
  }

  private static void tensor(Tensor tensor, ProtoSink out) {
    tensor.shape().forEach(size -> out.varint(1, size));
    out.varint(2, tensor.type().code());
    out.optionalString(8, tensor.name());
    out.bytes(9, tensor.data());
  }

  private static void values(int field, List<ValueInfo> values, ProtoSink out) {
    for (var value : values) {
      out.message(
          field,
          info -> {
            info.string(1, value.name());
            info.message(2, type -> type.message(1, tensor -> tensorType(value, tensor)));
          });
    }
  }

  private static void tensorType(ValueInfo value, ProtoSink out) {
    out.varint(1, value.type().code());
    out.message(
        2,
        shape ->
            value
                .shape()
                .forEach(each -> shape.message(1, dimension -> dimension(each, dimension))));
  }

  private static void dimension(Dimension dimension, ProtoSink out) {
    switch (dimension) {
      case Dimension.Fixed(long size) -> out.varint(1, size);
      case Dimension.Symbolic(String name) -> out.string(2, name);
      case Dimension.Unknown() -> {}
    }
  }
}
