import { Download, Pencil, Plus, Search, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";
import {
  Button,
  ButtonLink,
  Card,
  Checkbox,
  CodeInput,
  ComboBox,
  DateField,
  ErrorSummary,
  IconButton,
  MonthGrid,
  PasswordField,
  RadioGroup,
  Select,
  TextField,
} from "../../ui/index.ts";

const CITIES = ["Aarhus", "Bergen", "Córdoba", "Gdańsk", "Łódź", "Málaga", "Reykjavík", "Zürich"].map((city) => ({
  value: city,
  label: city,
}));
const PACES = [
  { value: "calm", label: "Calm", hint: "Nothing moves without cause" },
  { value: "brisk", label: "Brisk" },
  { value: "fast", label: "Fast" },
] as const;
const MISTAKES = [
  { field: "wrong-name", message: "Write a name" },
  { field: "wrong-day", message: "Choose a day that is not in the future" },
];

export function Controls(): ReactElement {
  return (
    <div className="grid">
      <Buttons />
      <Fields />
      <Choices />
      <Mistakes />
      <Month />
    </div>
  );
}

function Buttons(): ReactElement {
  return (
    <Card title="Buttons">
      <div className="stack">
        <div className="row">
          <Button kind="primary">Primary</Button>
          <Button>Secondary</Button>
          <Button kind="quiet">Quiet</Button>
          <Button kind="danger">Remove this</Button>
        </div>
        <div className="row">
          <Button icon={Plus}>With a picture</Button>
          <Button isPending>Working</Button>
          <Button isDisabled>Not now</Button>
          <ButtonLink href="/gallery">A link</ButtonLink>
        </div>
        <div className="row">
          <Button size="small">Small</Button>
          <Button size="large" kind="primary">
            Large
          </Button>
          <IconButton icon={Pencil} label="Edit" />
          <IconButton icon={Download} label="Download" kind="secondary" />
          <IconButton icon={Trash2} label="Remove" size="small" />
        </div>
      </div>
    </Card>
  );
}

function Fields(): ReactElement {
  const [day, setDay] = useState<string | null>("2026-03-12");
  const [code, setCode] = useState("123");
  return (
    <Card title="Fields">
      <div className="stack">
        <TextField label="Name" defaultValue="Ada Lindqvist" />
        <TextField
          label="Found by"
          before={<Search aria-hidden="true" size={16} />}
          placeholder="Part of a name"
          optional
        />
        <TextField label="Length" after="cm" inputMode="decimal" defaultValue="181.5" hint="To the nearest half" />
        <TextField label="Remark" rows={3} optional />
        <PasswordField label="Password" defaultValue="four random words" />
        <DateField label="Day" value={day} onChange={setDay} />
        <CodeInput label="Code" value={code} onChange={setCode} />
      </div>
    </Card>
  );
}

function Choices(): ReactElement {
  const [city, setCity] = useState<string | null>(null);
  const [pace, setPace] = useState<(typeof PACES)[number]["value"] | null>("calm");
  return (
    <Card title="Choices">
      <div className="stack">
        <Select label="Pace" options={PACES} value={pace} onChange={setPace} />
        <ComboBox label="City" options={CITIES} value={city} onChange={setCity} placeholder="Write a part of it" />
        <RadioGroup label="Pace, all at once" options={PACES} value={pace} onChange={setPace} />
        <div>
          <Checkbox defaultSelected>Remind me</Checkbox>
          <Checkbox hint="At most once a week">Send me news</Checkbox>
          <Checkbox isIndeterminate>Some of them</Checkbox>
          <Checkbox isDisabled>Not for you</Checkbox>
        </div>
      </div>
    </Card>
  );
}

function Mistakes(): ReactElement {
  const [shown, setShown] = useState(false);
  const [city, setCity] = useState<string | null>(null);
  return (
    <Card title="Mistakes">
      <div className="stack">
        {shown && <ErrorSummary mistakes={MISTAKES} />}
        <TextField id="wrong-name" label="Name" error="Write a name" />
        <TextField
          id="wrong-day"
          label="Day"
          error="Choose a day that is not in the future"
          defaultValue="12-Mar-2036"
          after="!"
        />
        <Select label="City" options={CITIES} value={city} onChange={setCity} error="Choose a city" />
        <RadioGroup label="Pace" options={PACES} value={null} onChange={() => setShown(true)} error="Choose a pace" />
        <Button onPress={() => setShown(!shown)}>Show the summary</Button>
      </div>
    </Card>
  );
}

const LOOKS = ["some", "all", "off", "extra"] as const;

function Month(): ReactElement {
  const [month, setMonth] = useState("2026-03-12");
  const [day, setDay] = useState<string | null>("2026-03-12");
  return (
    <Card title="Month">
      <MonthGrid
        label="Days"
        month={month}
        onMonth={setMonth}
        chosen={day}
        onChoose={setDay}
        today="2026-03-10"
        look={(one) => {
          const mark = LOOKS[Number(one.slice(8)) % 7];
          return mark ? { mark, words: mark } : { isDisabled: true };
        }}
      />
    </Card>
  );
}
