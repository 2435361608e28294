import { ChevronDown } from "lucide-react";
import type { ReactElement } from "react";
import { ComboBox as AriaComboBox, Button, Input, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { t } from "../i18n/index.ts";
import { FieldHint, FieldLabel, FieldMessage, type FieldProps } from "./Field.tsx";
import type { Option } from "./Select.tsx";

export interface ComboBoxProps<T extends string> extends FieldProps {
  readonly options: readonly Option<T>[];
  readonly value: T | null;
  readonly onChange: (value: T | null) => void;
  /** Called as the person writes, when the options come from a server; filtering is then the caller's. */
  readonly onSearch?: (text: string) => void;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
}

/** One of many choices, found by writing a part of its name. */
export function ComboBox<T extends string>(props: ComboBoxProps<T>): ReactElement {
  const { label, hint, error, optional, hideLabel, options, value, onChange, onSearch, placeholder, isDisabled, id } =
    props;
  const items = options.map((option) => ({ ...option, id: option.value }));
  return (
    <AriaComboBox
      className="field"
      {...(onSearch ? { items, onInputChange: onSearch } : { defaultItems: items })}
      {...(id && { id })}
      {...(isDisabled && { isDisabled })}
      selectedKey={value}
      onSelectionChange={(key) => onChange(key as T | null)}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      allowsEmptyCollection
      menuTrigger="focus"
    >
      <FieldLabel label={label} optional={optional} hideLabel={hideLabel} />
      <FieldHint hint={hint} />
      <div className="input-group">
        <Input className="input" placeholder={placeholder ?? ""} />
        <Button className="button icon-button" data-kind="quiet" aria-label={t("ui.options")}>
          <ChevronDown aria-hidden="true" size={16} />
        </Button>
      </div>
      <FieldMessage error={error} />
      <Popover className="popover" offset={4}>
        <ListBox<Option<T>> renderEmptyState={() => <div className="option-empty">{t("ui.noMatches")}</div>}>
          {(option) => (
            <ListBoxItem id={option.value} textValue={option.label} className="option">
              <span>
                {option.label}
                {option.hint && <span className="option-hint">{option.hint}</span>}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}
