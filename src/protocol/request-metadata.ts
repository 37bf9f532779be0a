import { type Codec, codec } from './codec.ts';

/** The header that carries it. */
export const METADATA_HEADER = 'build.bazel.remote.execution.v2.requestmetadata-bin';

export interface RequestMetadata {
  readonly tool: string;
  readonly toolVersion: string;
  readonly actionId: string;
  readonly invocationId: string;
  readonly mnemonic: string;
  readonly target: string;
}

/**
 * RequestMetadata { tool_details 1 { tool_name 1, tool_version 2 }, action_id 2, tool_invocation_id 3, action_mnemonic 5,
 * target_id 6 }.
 */
export const requestMetadata: Codec<RequestMetadata> = codec({
  name: 'RequestMetadata',
  write(writer, metadata) {
    const tool = writer.open(1);
    writer.text(1, metadata.tool);
    writer.text(2, metadata.toolVersion);
    writer.close(tool);
    writer.text(2, metadata.actionId);
    writer.text(3, metadata.invocationId);
    writer.text(5, metadata.mnemonic);
    writer.text(6, metadata.target);
  },
  read(reader) {
    const found = { tool: '', toolVersion: '', actionId: '', invocationId: '', mnemonic: '', target: '' };
    while (reader.next()) {
      if (reader.field === 1) {
        const tool = reader.message();
        while (tool.next()) {
          if (tool.field === 1) found.tool = tool.text();
          else if (tool.field === 2) found.toolVersion = tool.text();
        }
      } else if (reader.field === 2) found.actionId = reader.text();
      else if (reader.field === 3) found.invocationId = reader.text();
      else if (reader.field === 5) found.mnemonic = reader.text();
      else if (reader.field === 6) found.target = reader.text();
    }
    return found;
  },
});
