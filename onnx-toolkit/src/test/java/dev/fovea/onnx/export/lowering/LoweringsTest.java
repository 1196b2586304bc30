package dev.fovea.onnx.export.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.onnx.export.lowering.call.Schema;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.Size;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LoweringsTest {

  @Test
  void hasASchemaForEachOperatorAndNoOther() {
    var functional = new TreeSet<>(Schema.all().keySet());
    functional.removeIf(
        name -> name.matches("aten\\.\\w+_\\.\\w+") && !Lowerings.ALL.operators().contains(name));

    assertThat(functional).isEqualTo(new TreeSet<>(Lowerings.ALL.operators()));
  }

  @Test
  void lowersInPlaceOperatorsAsTheirFunctionalTwins() {
    var twin = Lowerings.ALL.find("aten.relu_.default").orElseThrow();

    assertThat(twin.inPlace()).isTrue();
    assertThat(twin.lowering())
        .isSameAs(Lowerings.ALL.find("aten.relu.default").orElseThrow().lowering());
    assertThat(Lowerings.ALL.find("aten.relu__.default")).isEmpty();
    assertThat(Lowerings.ALL.find("vendor.relu_.default")).isEmpty();
  }

  @Test
  void knowsTheDefaultsThatProgramsLeaveOut() {
    var conv = Schema.of("aten.conv2d.default").orElseThrow().parameters();
    var pool = Schema.of("aten.avg_pool2d.default").orElseThrow().parameters();

    assertThat(conv.get("weight")).isEmpty();
    assertThat(conv.get("bias")).contains(new Argument.None());
    assertThat(conv.get("dilation"))
        .contains(new Argument.Ints(List.of(Size.known(1), Size.known(1))));
    assertThat(conv.get("groups")).contains(new Argument.Int(Size.known(1)));
    assertThat(pool.get("stride")).contains(new Argument.Ints(List.of()));
    assertThat(pool.get("count_include_pad")).contains(new Argument.Bool(true));
    assertThat(Schema.of("aten.gelu.default").orElseThrow().parameters().get("approximate"))
        .isEqualTo(Optional.of(new Argument.Text("none")));
    assertThat(Schema.of("aten.layer_norm.default").orElseThrow().parameters().get("eps"))
        .isEqualTo(Optional.of(new Argument.Real(1e-5)));
  }
}
