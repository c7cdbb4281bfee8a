/**
 * Writes a graph as an ONNX model: the few protobuf messages of onnx.proto3 that our graphs use,
 * by their field numbers (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
 */

import protobuf from 'protobufjs/minimal.js';
import type { AttributeValue, Graph, Initializer, Node, Value, ValueType } from './builder.js';

/** The version of the format that came with an opset: an older reader refuses a newer one. */
const versionOfFormat = (opset: number): number => (opset < 19 ? 8 : 9);
const ELEMENT_TYPES: Record<ValueType, number> = { float: 1, int32: 6, int64: 7, bool: 9 };

/** Serialises a graph to the bytes of an ONNX `ModelProto`. */
export function encodeModel(graph: Graph): Uint8Array {
  const model = protobuf.Writer.create();
  model.uint32(8).int64(versionOfFormat(graph.opset));
  model.uint32(18).string('lifegpt');
  writeMessage(model, 7, (body) => {
    for (const node of graph.nodes) writeMessage(body, 1, (w) => writeNode(w, node));
    body.uint32(18).string(graph.name);
    for (const tensor of graph.initializers) writeMessage(body, 5, (w) => writeTensor(w, tensor));
    for (const value of graph.inputs) writeMessage(body, 11, (w) => writeValueInfo(w, value));
    for (const value of graph.outputs) writeMessage(body, 12, (w) => writeValueInfo(w, value));
  });
  const domains = new Set(graph.nodes.map((node) => node.domain));
  for (const domain of new Set(['', ...domains])) {
    writeMessage(model, 8, (w) => {
      w.uint32(10).string(domain);
      w.uint32(16).int64(domain === '' ? graph.opset : 1);
    });
  }
  return model.finish();
}

function writeMessage(
  writer: protobuf.Writer,
  field: number,
  body: (writer: protobuf.Writer) => void,
): void {
  writer.uint32((field << 3) | 2).fork();
  body(writer);
  writer.ldelim();
}

function writeNode(writer: protobuf.Writer, node: Node): void {
  for (const input of node.inputs) writer.uint32(10).string(input?.name ?? '');
  for (const output of node.outputs) writer.uint32(18).string(output.name);
  writer.uint32(26).string(node.outputs[0]!.name);
  writer.uint32(34).string(node.opType);
  for (const [name, value] of Object.entries(node.attributes)) {
    writeMessage(writer, 5, (w) => writeAttribute(w, name, value));
  }
  writer.uint32(58).string(node.domain);
}

function writeAttribute(writer: protobuf.Writer, name: string, value: AttributeValue): void {
  writer.uint32(10).string(name);
  if (typeof value === 'string') {
    writer.uint32(34).string(value);
    writer.uint32(160).int32(3);
  } else if (typeof value === 'number') {
    writer.uint32(24).int64(value);
    writer.uint32(160).int32(2);
  } else if ('float' in value) {
    writer.uint32(21).float(value.float);
    writer.uint32(160).int32(1);
  } else {
    for (const item of value.ints) writer.uint32(64).int64(item);
    writer.uint32(160).int32(7);
  }
}

function writeTensor(writer: protobuf.Writer, tensor: Initializer): void {
  for (const dim of tensor.value.shape) writer.uint32(8).int64(Number(dim));
  writer.uint32(16).int32(ELEMENT_TYPES[tensor.value.type]);
  writer.uint32(66).string(tensor.value.name);
  const { buffer, byteOffset, byteLength } = tensor.data;
  writer.uint32(74).bytes(new Uint8Array(buffer, byteOffset, byteLength));
}

function writeValueInfo(writer: protobuf.Writer, value: Value): void {
  writer.uint32(10).string(value.name);
  writeMessage(writer, 2, (type) => {
    writeMessage(type, 1, (tensor) => {
      tensor.uint32(8).int32(ELEMENT_TYPES[value.type]);
      writeMessage(tensor, 2, (shape) => {
        for (const dim of value.shape) {
          writeMessage(shape, 1, (w) => {
            if (typeof dim === 'number') w.uint32(8).int64(dim);
            else w.uint32(18).string(dim);
          });
        }
      });
    });
  });
}
