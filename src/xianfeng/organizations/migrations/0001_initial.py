import django.db.models.deletion
import xianfeng.core.uids
import xianfeng.organizations.codes
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('code', models.SlugField(max_length=30, unique=True, verbose_name='short number')),
                ('name', models.CharField(max_length=120, verbose_name='full name')),
                ('short_name', models.CharField(max_length=60, verbose_name='short name')),
                ('kind', models.CharField(choices=[('committee', 'party committee'), ('general_branch', 'general branch'), ('branch', 'party branch'), ('joint_branch', 'joint branch'), ('group', 'party group')], max_length=20, verbose_name='kind')),
                ('path', models.CharField(editable=False, max_length=120, null=True, unique=True)),
                ('unit', models.CharField(blank=True, max_length=80, verbose_name='unit')),
                ('unit_kind', models.CharField(blank=True, choices=[('office', 'government office'), ('institution', 'public institution'), ('enterprise', 'enterprise'), ('other', 'other')], max_length=20, verbose_name='kind of unit')),
                ('unit_code', models.CharField(blank=True, max_length=18, validators=[xianfeng.organizations.codes.check_credit_code], verbose_name='unified social credit code')),
                ('seal_name', models.CharField(blank=True, max_length=120, verbose_name='name on the seal')),
                ('contact', models.CharField(blank=True, max_length=60, verbose_name='contact')),
                ('office_phone', models.CharField(blank=True, max_length=30, validators=[xianfeng.organizations.codes.check_office_phone], verbose_name='office phone')),
                ('founded_on', models.DateField(blank=True, null=True, verbose_name='founded on')),
                ('dissolved_on', models.DateField(blank=True, null=True, verbose_name='dissolved on')),
                ('term_ends_on', models.DateField(blank=True, null=True, verbose_name='term of office ends on')),
                ('introduction', models.TextField(blank=True, verbose_name='introduction')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='organizations.organization', verbose_name='superior')),
            ],
            options={
                'verbose_name': 'organization',
                'verbose_name_plural': 'organizations',
                'ordering': ['number'],
                'constraints': [models.CheckConstraint(condition=models.Q(('dissolved_on', None), ('founded_on', None), ('dissolved_on__gte', models.F('founded_on')), _connector='OR'), name='organization_dissolved_after_founded'), models.CheckConstraint(condition=models.Q(('parent', models.F('pk')), _negated=True), name='organization_not_its_own_parent')],
            },
        ),
        migrations.CreateModel(
            name='Honour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('title', models.CharField(max_length=120, verbose_name='honour')),
                ('given_by', models.CharField(max_length=80, verbose_name='given by')),
                ('on', models.DateField(verbose_name='given on')),
                ('taken_down_on', models.DateField(editable=False, null=True, verbose_name='taken down on')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='honours', to='organizations.organization', verbose_name='branch')),
            ],
            options={
                'verbose_name': 'honour',
                'verbose_name_plural': 'honours',
                'ordering': ['-on', '-pk'],
                'indexes': [models.Index(fields=['organization', '-on'], name='honour_of_branch')],
            },
        ),
        migrations.CreateModel(
            name='Chapter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('act', models.CharField(choices=[('founded', 'founded'), ('renamed', 'renamed'), ('moved', 'given another superior'), ('merged', 'merged into another'), ('dissolved', 'dissolved')], max_length=10, verbose_name='kind of change')),
                ('since', models.DateField(blank=True, null=True, verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('document', models.CharField(blank=True, max_length=60, verbose_name='document number')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('name', models.CharField(max_length=120, verbose_name='full name')),
                ('short_name', models.CharField(max_length=60, verbose_name='short name')),
                ('seal_name', models.CharField(blank=True, max_length=120, verbose_name='name on the seal')),
                ('kind', models.CharField(choices=[('committee', 'party committee'), ('general_branch', 'general branch'), ('branch', 'party branch'), ('joint_branch', 'joint branch'), ('group', 'party group')], max_length=20, verbose_name='kind')),
                ('into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='organizations.organization', verbose_name='merged into')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chapters', to='organizations.organization', verbose_name='organization')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='superior')),
            ],
            options={
                'verbose_name': 'chapter of an organization',
                'verbose_name_plural': 'chapters of organizations',
                'ordering': ['organization', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='chapter_ends_after_it_begins'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('organization',), name='chapter_one_at_a_time'), models.CheckConstraint(condition=models.Q(('act', 'merged'), ('into', None), _connector='OR'), name='chapter_merged_into_another')],
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('title', models.CharField(max_length=80, verbose_name='heading')),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('since', models.DateField(editable=False, verbose_name='since')),
                ('until', models.DateField(verbose_name='shown until')),
                ('taken_down_on', models.DateField(editable=False, null=True, verbose_name='taken down on')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='organizations.organization', verbose_name='branch')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'ordering': ['-since', '-pk'],
                'indexes': [models.Index(fields=['organization', '-until'], name='announcement_of_branch')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='announcement_ends_after_it_begins')],
            },
        ),
    ]
