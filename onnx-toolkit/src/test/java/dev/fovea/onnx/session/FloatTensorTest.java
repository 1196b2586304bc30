package dev.fovea.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FloatTensorTest {

  @Test
  void refusesDataThatTheShapeDoesNotHold() {
    assertThatThrownBy(() -> FloatTensor.of(new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor of shape [2, 3]: 5 elements (expected: 6)");
    assertThatThrownBy(() -> FloatTensor.of(new float[1], -1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor of shape [-1, -1]: negative axis (expected: >= 0)");
  }

  @Test
  void refusesAShapeWhoseProductWrapsAround() {
    // 2^32 * 2^32 would be 0 in 64 bits.
    assertThatThrownBy(() -> FloatTensor.of(new float[0], 1L << 32, 1L << 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 2^63 elements");
  }

  @Test
  void holdsASingleNumberWithoutAxesAndNothingInAnEmptyAxis() {
    assertThat(FloatTensor.of(new float[] {7}).shape()).isEmpty();
    assertThat(FloatTensor.of(new float[0], 3, 0).data()).isEmpty();
  }

  @Test
  void equalsATensorOfTheSameShapeAndElements() {
    var tensor = FloatTensor.of(new float[] {1, Float.NaN}, 2);

    assertThat(tensor).isEqualTo(FloatTensor.of(new float[] {1, Float.NaN}, 2));
    assertThat(tensor).hasSameHashCodeAs(FloatTensor.of(new float[] {1, Float.NaN}, 2));
    assertThat(tensor).isNotEqualTo(FloatTensor.of(new float[] {1, Float.NaN}, 1, 2));
    assertThat(tensor).isNotEqualTo(FloatTensor.of(new float[] {2, Float.NaN}, 2));
  }

  @Test
  void keepsItsShapeWhenTheCallersArrayChanges() {
    long[] shape = {2};
    var tensor = new FloatTensor(shape, new float[2]);
    shape[0] = 9;
    tensor.shape()[0] = 9;

    assertThat(tensor.shape()).containsExactly(2);
  }
}
