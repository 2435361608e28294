import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../../api/index.ts";

/** Changes a patient's profile; what the server then keeps is what is shown. */
export function useProfileChange(patient: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["ProfileChange"]) =>
      answer(api.PUT("/api/own/{patient}/profile", { params: { path: { patient } }, body })),
    onSuccess: (profile) => client.setQueryData(["profile", patient], profile),
  });
}
